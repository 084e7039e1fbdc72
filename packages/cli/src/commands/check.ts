import type { Inspection } from '@toolgate/core'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { ReportedFault } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { causeLine, causeOf, explainError, type Cause } from '../explain-error.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { printNotices, printTools } from '../print-tools.ts'

type Judgement = Omit<Inspection, 'faults'> & { readonly faults: readonly Cause[] }

/** `toolgate check`: configuration and plugins, judged as a start would, without listening. Exit code 1 on any fault. */
export function addCheckCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('check')
    .description('check configuration and plugins without starting; print every tool with its scopes')
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const inspection = await inspect(context, options)
      const ok = inspection.faults.length === 0
      if (options.json === true) context.terminal.print(JSON.stringify({ ok, ...inspection }))
      else printInspection(context, inspection)
      if (!ok) throw new ReportedFault()
    })
  addExamples(command, ['toolgate check', 'toolgate check --json --config staging.config.ts'])
}

async function inspect(context: CommandContext, options: GlobalOptions): Promise<Judgement> {
  try {
    const config = await loadConfiguration(context, options)
    const { inspectTools } = await import('@toolgate/core')
    const inspection = await inspectTools(config)
    return { ...inspection, faults: inspection.faults.map((fault) => causeOf(fault)) }
  } catch (error) {
    return { tools: [], initialScopes: [], notConfigured: [], warnings: [], faults: explainError(error) }
  }
}

function printInspection({ terminal }: CommandContext, inspection: Judgement): void {
  const { tools, faults, initialScopes } = inspection
  printTools(terminal, tools)
  printNotices(terminal, inspection)
  for (const fault of faults) terminal.remark(`toolgate: ${causeLine(fault)}`)
  if (faults.length > 0) return
  terminal.print(`\nThe first sign-in asks for: ${initialScopes.join(' ') || 'no scope'}.`)
  terminal.print(`No fault in ${String(tools.length)} ${tools.length === 1 ? 'tool' : 'tools'}.`)
}
