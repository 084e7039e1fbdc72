import { basename } from 'node:path'
import { CommanderError } from 'commander'

/** One cause of a failure as it is printed. */
export interface Cause {
  /** Where it is: a file, a path in it, a plugin; empty if it has no place. */
  readonly place: string
  readonly message: string
  /** What to do about it; may be empty. */
  readonly mend: string
}

const trace = 'TOOLGATE_TRACE=1 prints where it comes from'

/**
 * Turns whatever a command threw into causes, each with its mend: never a stack.
 *
 * The packages throw errors with `mend` or `hint`, or with `faults` that have them; they are told by these fields, so
 * that a command that needs none of the packages loads none.
 */
export function explainError(error: unknown): readonly Cause[] {
  if (error instanceof CommanderError) return [cause('', error.message.replace(/^error: /, ''), 'See toolgate --help')]
  if (!(error instanceof Error)) return [cause('', String(error), trace)]
  const faults: unknown = Reflect.get(error, 'faults')
  const file = basename(textOf(error, 'file'))
  if (Array.isArray(faults) && faults.length > 0) return faults.map((fault) => causeOf(fault, file))
  const mend = textOf(error, 'mend') || textOf(error, 'hint')
  return [cause('', error.message, mend === '' && !isForeseen(error) ? trace : mend)]
}

/**
 * One fault of a list.
 *
 * @param file the file that it is in, if it is in one
 */
export function causeOf(fault: unknown, file = ''): Cause {
  const place = [file, textOf(fault, 'path')].filter(Boolean).join(' ')
  return cause(place, textOf(fault, 'message'), textOf(fault, 'mend'))
}

/** A cause as one line: `place: message. Mend.` */
export function causeLine({ place, message, mend }: Cause): string {
  return [place === '' ? message : `${place}: ${message}`, mend].filter(Boolean).join(' ')
}

function cause(place: string, message: string, mend: string): Cause {
  return { place, message: sentence(message), mend: sentence(mend) }
}

/** Errors with a code were foreseen, by this project or by Node; of others only a programmer makes something. */
function isForeseen(error: Error): boolean {
  return typeof Reflect.get(error, 'code') === 'string'
}

function textOf(value: unknown, key: string): string {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return typeof text === 'string' ? text : ''
}

function sentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line === '' || /[.!?]\)?$/.test(line) ? line : `${line}.`
}
