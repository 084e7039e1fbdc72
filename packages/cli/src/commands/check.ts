import type { ResolvedConfig } from '@toolgate/config'
import type { Inspection } from '@toolgate/core'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { ReportedFault } from '../errors.ts'
import { countOffers } from '../count-offers.ts'
import { addExamples } from '../examples.ts'
import { causeLine, causeOf, explainError, type Cause } from '../explain-error.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { printNotices, printTools } from '../print-tools.ts'

type Judgement = Omit<Inspection, 'faults'> & { readonly faults: readonly Cause[]; readonly resolved?: object }

interface CheckOptions extends GlobalOptions {
  /** Print the configuration with every default and preset in its place. */
  readonly resolved?: boolean
  /** Compare with the lock file too. */
  readonly locked?: boolean
}

/** `toolgate check`: configuration and plugins, judged as a start would, without listening. Exit code 1 on any fault. */
export function addCheckCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('check')
    .description('check configuration and plugins without starting; print every tool with its scopes')
    .option(
      '--resolved',
      'print the whole configuration instead, with presets and defaults in their places and secrets redacted',
    )
    .option('--locked', 'fail on anything that is not as the lock file has it')
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<CheckOptions>()
      const inspection = await inspect(context, options)
      const ok = inspection.faults.length === 0
      if (options.json === true) context.terminal.print(JSON.stringify({ ok, ...inspection }))
      else if (options.resolved === true) printResolved(context, inspection)
      else printInspection(context, inspection)
      if (!ok) throw new ReportedFault()
    })
  addExamples(command, [
    'toolgate check',
    'toolgate check --resolved',
    'toolgate check --locked',
    'toolgate check --json --config staging.config.ts',
  ])
}

const nothing = { tools: [], initialScopes: [], notConfigured: [], warnings: [], clientWarnings: [] }

async function inspect(context: CommandContext, options: CheckOptions): Promise<Judgement> {
  try {
    const config = await loadConfiguration(context, options)
    const { redact } = await import('@toolgate/config')
    // Faults of the plugins do not keep the configuration from being shown.
    return { ...(await judge(config, options.locked)), ...(options.resolved === true && { resolved: redact(config) }) }
  } catch (error) {
    return { ...nothing, faults: explainError(error) }
  }
}

async function judge(config: ResolvedConfig, locked: boolean | undefined): Promise<Judgement> {
  try {
    const { inspectTools } = await import('@toolgate/core')
    const inspection = await inspectTools(config, locked)
    return { ...inspection, faults: inspection.faults.map((fault) => causeOf(fault)) }
  } catch (error) {
    return { ...nothing, faults: explainError(error) }
  }
}

function printResolved({ terminal }: CommandContext, { resolved, faults }: Judgement): void {
  if (resolved !== undefined) terminal.print(JSON.stringify(resolved, undefined, 2))
  for (const fault of faults) terminal.remark(`toolgate: ${causeLine(fault)}`)
}

function printInspection({ terminal }: CommandContext, inspection: Judgement): void {
  const { tools, faults, initialScopes } = inspection
  printTools(terminal, tools)
  printNotices(terminal, inspection)
  for (const line of inspection.clientWarnings) terminal.print(`${terminal.warning('client')}  ${line}`)
  for (const fault of faults) terminal.remark(`toolgate: ${causeLine(fault)}`)
  if (faults.length > 0) return
  terminal.print(`\nThe first sign-in asks for: ${initialScopes.join(' ') || 'no scope'}.`)
  terminal.print(`No fault in ${countOffers(tools)}.`)
}
