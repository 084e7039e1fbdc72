import { Command } from 'commander'
import type { CommandContext } from './command-context.ts'
import { addInitCommand } from './commands/init.ts'
import { addPluginCommand } from './commands/plugin.ts'
import { addVersionCommand } from './commands/version.ts'
import { version } from './version.ts'

/** Puts the command line together: one file per command. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('toolgate')
    .description('A self-hosted MCP tool host: plugins in a folder, OAuth scopes per tool, any MCP client.')
    .option('--config <file>', 'configuration file, instead of the mcp.config.* of this folder')
    .option('--json', 'print JSON for machines')
    .version(version, '--version', 'print the version')
    .helpCommand(true)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
  for (const add of [addInitCommand, addPluginCommand, addVersionCommand]) add(program, context)
  return program
}
