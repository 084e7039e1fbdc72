import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { runHost } from '../run-host.ts'

/** `toolgate serve`: the host; any fault keeps it from starting. */
export function addServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .description('start the host; any fault of the configuration or a plugin stops it')
    .action((_options: object, self: Command) => runHost(context, self.optsWithGlobals<GlobalOptions>(), 'serve'))
  addExamples(command, [
    'toolgate serve',
    'PORT=9000 TOOLGATE_DATA=/var/lib/toolgate toolgate serve',
    'toolgate serve --config staging.config.ts',
  ])
}
