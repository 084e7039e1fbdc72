import type { Command } from 'commander'

/** Ends the help of a command with lines that can be typed as they stand. */
export function addExamples(command: Command, lines: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`)
}
