import { Command } from 'commander'
import type { CommandContext } from './command-context.ts'
import { addAuditCommand } from './commands/audit.ts'
import { addCallCommand } from './commands/call.ts'
import { addCheckCommand } from './commands/check.ts'
import { addConnectCommand } from './commands/connect.ts'
import { addDevCommand } from './commands/dev.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addInitCommand } from './commands/init.ts'
import { addLockCommand } from './commands/lock.ts'
import { addPluginCommand } from './commands/plugin.ts'
import { addPolicyCommand } from './commands/policy.ts'
import { addServeCommand } from './commands/serve.ts'
import { addStdioCommand } from './commands/stdio.ts'
import { addTokenCommand } from './commands/token.ts'
import { addUserCommand } from './commands/user.ts'
import { addVersionCommand } from './commands/version.ts'
import { addWhyCommand } from './commands/why.ts'
import { addExamples } from './examples.ts'
import { version } from './version.ts'

const commands = [
  addServeCommand,
  addDevCommand,
  addStdioCommand,
  addCheckCommand,
  addDoctorCommand,
  addLockCommand,
  addInitCommand,
  addPluginCommand,
  addUserCommand,
  addTokenCommand,
  addPolicyCommand,
  addWhyCommand,
  addAuditCommand,
  addConnectCommand,
  addCallCommand,
  addVersionCommand,
]

/** Puts the command line together: one file per command. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('toolgate')
    .description('A self-hosted MCP tool host: plugins in a folder, OAuth scopes per tool, any MCP client.')
    .option('--config <file>', 'configuration file, instead of the mcp.config.* of this folder')
    .option('--json', 'print JSON for machines')
    .version(version, '--version', 'print the version')
    .helpCommand(true)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => undefined })
  for (const add of commands) add(program, context)
  addExamples(program, ['toolgate init my-tools', 'toolgate serve', 'toolgate user add ada --scopes notes:read'])
  return program
}
