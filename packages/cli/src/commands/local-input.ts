import { dirname } from 'node:path'
import type { LocalLineInput } from '@toolgate/core'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { CliError } from '../errors.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { parseScopes } from '../parse-scopes.ts'

/** What `toolgate connect --stdio` is typed with. */
export interface LocalOptions extends GlobalOptions {
  readonly url?: string
  readonly name?: string
  readonly scopes?: string
}

/**
 * The command that starts `toolgate stdio` on this configuration, from wherever a client starts it: with absolute paths.
 *
 * @throws CliError for `--url`, and without a configuration file
 */
export async function localInput(context: CommandContext, options: LocalOptions): Promise<LocalLineInput> {
  if (options.url !== undefined) {
    throw new CliError('usage', '--url is of no use with --stdio', 'Leave it out: the client starts the server itself.')
  }
  const { file, name, stdio } = await loadConfiguration(context, options)
  if (file === undefined) {
    throw new CliError('usage', 'there is no configuration file', 'Name one with --config, or make one: toolgate init.')
  }
  const scopes = options.scopes === undefined ? [] : parseScopes(options.scopes)
  if (scopes.length === 0 && stdio.scopes.length === 0) {
    context.terminal.remark(
      'toolgate: such a client holds no scopes. Name them with --scopes, or set stdio.scopes in the configuration.',
    )
  }
  const held = scopes.length === 0 ? [] : ['--scopes', scopes.join(' ')]
  return {
    name: options.name ?? name,
    command: 'npx',
    args: ['--prefix', dirname(file), 'toolgate', 'stdio', '--config', file, ...held],
  }
}
