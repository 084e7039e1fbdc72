import { basename } from 'node:path'
import { CommanderError } from 'commander'

/** One cause of a failure as it is printed: a sentence each. */
export interface Cause {
  readonly message: string
  readonly mend: string
}

const trace = 'TOOLGATE_TRACE=1 prints where it comes from'

/** Errors with a code were foreseen, by this project or by Node; of others only a programmer makes something. */
function isForeseen(error: Error): boolean {
  return typeof Reflect.get(error, 'code') === 'string'
}

/**
 * Turns whatever a command threw into causes, each with its mend: never a stack.
 *
 * The packages throw errors with `mend` or `hint`, or with `faults` that have them; they are told by these fields, so
 * that a command that needs none of the packages loads none.
 */
export function explainError(error: unknown): readonly Cause[] {
  if (error instanceof CommanderError) {
    return [{ message: sentence(error.message.replace(/^error: /, '')), mend: 'See toolgate --help.' }]
  }
  if (!(error instanceof Error)) return [{ message: sentence(String(error)), mend: '' }]
  const faults: unknown = Reflect.get(error, 'faults')
  const file = basename(textOf(error, 'file'))
  if (Array.isArray(faults) && faults.length > 0) return faults.map((fault) => causeOf(fault, file))
  const mend = textOf(error, 'mend') || textOf(error, 'hint')
  return [{ message: sentence(error.message), mend: sentence(mend === '' && !isForeseen(error) ? trace : mend) }]
}

/**
 * One fault of a list: where it is, what it is, and what to do.
 *
 * @param file the file that it is in, if it is in one
 */
export function causeOf(fault: unknown, file = ''): Cause {
  const place = [file, textOf(fault, 'plugin'), textOf(fault, 'path'), textOf(fault, 'pointer')]
    .filter(Boolean)
    .join(' ')
  const message = textOf(fault, 'message')
  return { message: sentence(place === '' ? message : `${place}: ${message}`), mend: sentence(textOf(fault, 'mend')) }
}

/** A cause as one line. */
export function causeLine({ message, mend }: Cause): string {
  return mend === '' ? message : `${message} ${mend}`
}

function textOf(value: unknown, key: string): string {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return typeof text === 'string' ? text : ''
}

function sentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line === '' || /[.!?)]$/.test(line) ? line : `${line}.`
}
