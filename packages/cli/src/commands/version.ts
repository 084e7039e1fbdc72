import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { version } from '../version.ts'

/** `toolgate version`: the versions of Toolgate and of Node. */
export function addVersionCommand(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('version')
    .description('print the versions of Toolgate and Node')
    .action((_options: object, self: Command) => {
      const versions = { toolgate: version, node: process.versions.node }
      const { json } = self.optsWithGlobals<GlobalOptions>()
      terminal.print(json === true ? JSON.stringify(versions) : `toolgate ${version} (Node ${process.versions.node})`)
    })
  addExamples(command, ['toolgate version', 'toolgate version --json'])
}
