import { inspect } from 'node:util'
import { CommanderError } from 'commander'
import { createProgram } from './create-program.ts'
import { CliError, ReportedFault } from './errors.ts'
import { causeLine, explainError } from './explain-error.ts'
import { createTerminal } from './terminal.ts'

/**
 * Runs one command line.
 *
 * @param argv the arguments, as `process.argv` has them
 * @returns the exit code: 0, 1 for a fault, 2 for a command line that does not parse
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  const context = { terminal: createTerminal(), environment: process.env, folder: process.cwd() }
  const program = createProgram(context)
  try {
    await program.parseAsync(argv)
    return 0
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    // A command that wants another word after it has printed its help.
    const wasHelped = error instanceof CommanderError && error.code === 'commander.help'
    if (!wasHelped && !(error instanceof ReportedFault)) report(error, program.opts<{ json?: boolean }>().json === true)
    return error instanceof CommanderError || (error instanceof CliError && error.code === 'usage') ? 2 : 1
  }
}

function report(error: unknown, json: boolean): void {
  if (process.env['TOOLGATE_TRACE'] === '1') process.stderr.write(`${inspect(error)}\n`)
  const causes = explainError(error)
  if (json) process.stderr.write(`${JSON.stringify({ errors: causes })}\n`)
  else for (const cause of causes) process.stderr.write(`toolgate: ${causeLine(cause)}\n`)
}
