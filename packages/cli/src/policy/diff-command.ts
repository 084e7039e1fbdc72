import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { ReportedFault } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { loadPins } from './load-pins.ts'
import { printChanges } from './print-changes.ts'

interface DiffOptions extends GlobalOptions {
  readonly exitCode?: boolean
}

/** `toolgate policy diff OLD NEW`: what a change of configuration or of tools opens, changes and closes, what it opens first. */
export function addDiffCommand(policy: Command, context: CommandContext): void {
  const command = policy
    .command('diff')
    .description('compare two files, each a configuration or a lock file: what the new one opens, changes and closes')
    .argument('<old>', 'configuration or lock file')
    .argument('<new>', 'configuration or lock file')
    .option('--exit-code', 'end with exit code 1 if anything differs')
    .action(async (old: string, changed: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<DiffOptions>()
      const before = await loadPins(context, old)
      const after = await loadPins(context, changed)
      const { diffSides } = await import('@toolgate/core')
      const changes = diffSides(before, after)
      if (options.json === true) context.terminal.print(JSON.stringify(changes))
      else if (changes.length === 0) context.terminal.print('Nothing opens and nothing closes.')
      else await printChanges(context, changes)
      if (options.exitCode === true && changes.length > 0) throw new ReportedFault()
    })
  addExamples(command, [
    'toolgate policy diff mcp.config.ts next.config.ts',
    'toolgate policy diff toolgate.lock.json mcp.config.ts --exit-code --json',
  ])
}
