import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { runHost, type HostRunOptions } from '../run-host.ts'

/** `toolgate serve`: the host; any fault keeps it from starting. */
export function addServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .description('start the host; any fault of the configuration or a plugin stops it')
    .option('--locked', 'refuse to start with tools that are not as the lock file pins them')
    .action((_options: object, self: Command) => runHost(context, self.optsWithGlobals<HostRunOptions>(), 'serve'))
  addExamples(command, [
    'toolgate serve',
    'toolgate serve --locked',
    'PORT=9000 TOOLGATE_DATA=/var/lib/toolgate toolgate serve',
    'toolgate serve --config staging.config.ts',
  ])
}
