import type { AllowedScopes } from '@toolgate/authority'
import type { GlobalOptions } from './command-context.ts'
import { CliError } from './errors.ts'
import { parseScopes } from './parse-scopes.ts'
import { readStandardInput } from './read-standard-input.ts'
import type { Terminal } from './terminal.ts'

/** Options of the commands that make or change a user. */
export interface UserOptions extends GlobalOptions {
  readonly scopes?: string
  readonly allScopes?: boolean
  readonly passwordStdin?: boolean
}

/**
 * The scopes that a command gives to a user.
 *
 * @throws CliError `usage` unless exactly one of the two options is there
 */
export function allowedScopes({ scopes, allScopes }: UserOptions): AllowedScopes {
  if ((scopes === undefined) === (allScopes !== true)) {
    throw new CliError(
      'usage',
      'what the user may do is not said',
      "Write --scopes 'notes:read notes:write', or --all-scopes.",
    )
  }
  return scopes === undefined ? 'all' : parseScopes(scopes)
}

/**
 * The password on standard input, if the command asks for it. A password that is made is shown on a terminal alone.
 *
 * @throws CliError `usage` if a made password would end up in a file or a pipe
 */
export async function passwordOf(
  { passwordStdin, json }: UserOptions,
  terminal: Terminal,
): Promise<string | undefined> {
  if (passwordStdin === true) return readStandardInput()
  if (terminal.isInteractive && json !== true) return undefined
  throw new CliError('usage', 'a new password is shown on a terminal alone', 'Give one: --password-stdin.')
}
