import type { InspectedPolicy, ShownThings } from '@toolgate/core'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { printTable } from '../print-table.ts'
import { heldScopes } from './held-scopes.ts'
import { loadPolicy } from './load-policy.ts'

interface ViewOptions extends GlobalOptions {
  readonly scopes: string
}

/** `toolgate policy view`: the list of tools that a caller is shown. `--json` is the answer of `tools/list`, with those of the other lists beside it. */
export function addViewCommand(policy: Command, context: CommandContext): void {
  const command = policy
    .command('view')
    .description(
      'print the tools that a caller with these scopes is shown; with --json exactly as tools/list and the other lists answer',
    )
    .requiredOption('--scopes <scopes>', "what stands in the token; '' for none")
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<ViewOptions>()
      const held = heldScopes(options.scopes)
      const inspected = await loadPolicy(context, options)
      const { listFor, thingsFor } = await import('@toolgate/core')
      const tools = listFor(inspected, held)
      const things = thingsFor(inspected, held)
      if (options.json === true) {
        context.terminal.print(JSON.stringify({ tools, ...offered(inspected.catalogue, things) }))
        return
      }
      const keys = [
        ...tools.map(({ name }) => name),
        ...things.resources.map(({ uri }) => `resource ${uri}`),
        ...things.resourceTemplates.map(({ uriTemplate }) => `template ${uriTemplate}`),
        ...things.prompts.map(({ name }) => `prompt ${name}`),
      ]
      const rows = keys.map((name) => {
        const { effect } = inspected.policy.decide(held, name)
        const looks = effect === 'allow' && inspected.catalogue.entries.get(name)?.authorize !== undefined
        return [name, looks ? 'allowed, unless its author asks for more' : callText[effect]]
      })
      if (rows.length > 0) printTable(context.terminal, ['TOOL', 'A CALL IS'], rows)
      context.terminal.print(`${String(tools.length)} of ${String(inspected.catalogue.tools.size)} tools are listed.`)
      const others = inspected.catalogue.entries.size - inspected.catalogue.tools.size
      const shown = rows.length - tools.length
      if (others > 0) {
        context.terminal.print(`${String(shown)} of ${String(others)} resources, templates and prompts are listed.`)
      }
    })
  addExamples(command, ["toolgate policy view --scopes 'notes:read'", "toolgate policy view --scopes '' --json"])
}

/** The other lists, of the kinds that some plugin offers. */
function offered(
  { resources, templates, prompts }: InspectedPolicy['catalogue'],
  things: ShownThings,
): Partial<ShownThings> {
  const { resources: shown, resourceTemplates, prompts: shownPrompts } = things
  return {
    ...(resources.size + templates.size > 0 && { resources: shown, resourceTemplates }),
    ...(prompts.size > 0 && { prompts: shownPrompts }),
  }
}

const callText = {
  allow: 'allowed',
  deny: 'refused with a challenge (step-up)',
  stale: 'allowed if the sign-in is as the tool asks for',
  'depends-on-arguments': 'allowed for some arguments',
  'unknown-tool': 'unknown',
} as const
