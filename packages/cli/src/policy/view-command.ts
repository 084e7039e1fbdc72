import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { printTable } from '../print-table.ts'
import { heldScopes } from './held-scopes.ts'
import { loadPolicy } from './load-policy.ts'

interface ViewOptions extends GlobalOptions {
  readonly scopes: string
}

/** `toolgate policy view`: the list of tools that a caller is shown. `--json` is the answer of `tools/list`. */
export function addViewCommand(policy: Command, context: CommandContext): void {
  const command = policy
    .command('view')
    .description('print the tools that a caller with these scopes is shown; with --json exactly as tools/list answers')
    .requiredOption('--scopes <scopes>', "what stands in the token; '' for none")
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<ViewOptions>()
      const held = heldScopes(options.scopes)
      const inspected = await loadPolicy(context, options)
      const { listFor } = await import('@toolgate/core')
      const tools = listFor(inspected, held)
      if (options.json === true) {
        context.terminal.print(JSON.stringify({ tools }))
        return
      }
      const rows = tools.map(({ name }) => {
        const { effect } = inspected.policy.decide(held, name)
        return [name, callText[effect]]
      })
      if (rows.length > 0) printTable(context.terminal, ['TOOL', 'A CALL IS'], rows)
      context.terminal.print(`${String(rows.length)} of ${String(inspected.catalogue.tools.size)} tools are listed.`)
    })
  addExamples(command, ["toolgate policy view --scopes 'notes:read'", "toolgate policy view --scopes '' --json"])
}

const callText = {
  allow: 'allowed',
  deny: 'refused with a challenge (step-up)',
  'depends-on-arguments': 'allowed for some arguments',
  'unknown-tool': 'unknown',
} as const
