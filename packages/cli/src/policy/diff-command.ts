import type { PolicyChange } from '@toolgate/core'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { ReportedFault } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { loadPolicy } from './load-policy.ts'

interface DiffOptions extends GlobalOptions {
  readonly exitCode?: boolean
}

/** `toolgate policy diff OLD NEW`: what a change of configuration opens and closes, what it opens first. */
export function addDiffCommand(policy: Command, context: CommandContext): void {
  const command = policy
    .command('diff')
    .description('compare two configuration files: what the new one opens and closes, widened first')
    .argument('<old>', 'configuration file')
    .argument('<new>', 'configuration file')
    .option('--exit-code', 'end with exit code 1 if anything differs')
    .action(async (old: string, changed: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<DiffOptions>()
      const before = await loadPolicy(context, { config: old })
      const after = await loadPolicy(context, { config: changed })
      const { diffPolicies } = await import('@toolgate/core')
      const changes = diffPolicies(before, after)
      if (options.json === true) context.terminal.print(JSON.stringify(changes))
      else print(context, changes)
      if (options.exitCode === true && changes.length > 0) throw new ReportedFault()
    })
  addExamples(command, [
    'toolgate policy diff mcp.config.ts next.config.ts',
    'toolgate policy diff mcp.config.ts next.config.ts --exit-code --json',
  ])
}

function print({ terminal }: CommandContext, changes: readonly PolicyChange[]): void {
  if (changes.length === 0) terminal.print('Nothing opens and nothing closes.')
  for (const direction of ['opens', 'closes'] as const) {
    const lines = changes.filter((change) => change.direction === direction).map((change) => `  ${lineOf(change)}`)
    const title = direction === 'opens' ? terminal.warning('Opens') : 'Closes'
    if (lines.length > 0) terminal.print([title, ...lines].join('\n'))
  }
}

function lineOf(change: PolicyChange): string {
  switch (change.subject) {
    case 'conditions':
      return `${change.tool}: other conditions on arguments (compare them: what they open cannot be told)`
    case 'visibility':
      return `${change.tool}: ${change.from} -> ${change.to}`
    case 'access': {
      const holder = change.scopes.length === 0 ? 'any signed-in caller' : `with ${change.scopes.join(' ')}`
      return `${change.tool}: ${holder}: ${change.from} -> ${change.to}`
    }
  }
}
