import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { runHost } from '../run-host.ts'

/** `toolgate dev`: the host, without the plugins that are broken. */
export function addDevCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('dev')
    .description('start the host and keep going around broken plugins, which are named')
    .action((_options: object, self: Command) => runHost(context, self.optsWithGlobals<GlobalOptions>(), 'dev'))
  addExamples(command, ['toolgate dev', 'PORT=9000 toolgate dev'])
}
