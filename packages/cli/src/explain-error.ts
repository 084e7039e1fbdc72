import { CommanderError } from 'commander'
import { CliError } from './errors.ts'

/** One cause of a failure as it is printed: a sentence each. */
export interface Cause {
  readonly message: string
  readonly mend: string
}

/** Turns whatever a command threw into causes, each with its mend: never a stack. */
export function explainError(error: unknown): readonly Cause[] {
  if (error instanceof CliError) return [{ message: sentence(error.message), mend: error.mend }]
  if (error instanceof CommanderError) {
    const message = sentence(
      error.message
        .replace(/^error: /, '')
        .split('\n')
        .join(' '),
    )
    return [{ message, mend: 'See toolgate --help.' }]
  }
  return [{ message: sentence(error instanceof Error ? error.message : String(error)), mend: '' }]
}

function sentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return /[.!?]$/.test(line) ? line : `${line}.`
}
