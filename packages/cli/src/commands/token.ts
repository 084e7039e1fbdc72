import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { makeToken } from '../make-token.ts'
import { parseDuration } from '../parse-duration.ts'
import { parseScopes } from '../parse-scopes.ts'

interface TokenOptions extends GlobalOptions {
  readonly user: string
  readonly scopes: string
  readonly ttl: string
}

/** `toolgate token`: an access token for a script, without a browser. It falls with the user, like any other. */
export function addTokenCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('token')
    .description('make an access token for a script; it ends with its user, or with toolgate user revoke')
    .requiredOption('--user <name>', 'whose token')
    .requiredOption('--scopes <scopes>', "what it may do: 'notes:read notes:write'")
    .option('--ttl <time>', 'how long it lives: 15m, 1h, 30d', '1h')
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<TokenOptions>()
      const scopes = parseScopes(options.scopes)
      const ttlSeconds = parseDuration(options.ttl)
      const token = await makeToken(context, options, { user: options.user, scopes, ttlSeconds })
      const expires = new Date(Date.now() + ttlSeconds * 1000).toISOString()
      if (options.json === true) context.terminal.print(JSON.stringify({ token, scopes, expires }))
      else {
        context.terminal.print(token)
        context.terminal.remark(
          `toolgate: for ${options.user}, ${scopes.join(' ')}, until ${expires}. Who holds it may use it.`,
        )
      }
    })
  addExamples(command, [
    'toolgate token --user ada --scopes notes:read --ttl 1h',
    'TOOLGATE_TOKEN=$(toolgate token --user ada --scopes notes:read) toolgate call notes_list',
  ])
}
