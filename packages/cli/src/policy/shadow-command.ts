import type { ShadowSummary } from '@toolgate/audit'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { addExamples } from '../examples.ts'
import { loadConfiguration } from '../load-configuration.ts'
import { parseMoment } from '../parse-moment.ts'
import { printTable } from '../print-table.ts'
import { printable } from '../printable.ts'

interface ShadowOptions extends GlobalOptions {
  readonly since?: string
}

/** `toolgate policy shadow`: what the proposed requirements would have done to the calls in the audit. */
export function addShadowCommand(policy: Command, context: CommandContext): void {
  const command = policy
    .command('shadow')
    .description(
      'sum up what the requirements under shadow would have done to the calls in the audit, most refused first',
    )
    .option('--since <time>', 'from then on: ISO 8601, or a length of time until now, such as 7d')
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<ShadowOptions>()
      const since = options.since === undefined ? undefined : parseMoment(options.since, Date.now())
      const { file } = (await loadConfiguration(context, options)).audit
      const { queryAudit, summarizeShadow } = await import('@toolgate/audit')
      const summaries = await summarizeShadow(queryAudit(file, { since }))
      if (options.json === true) context.terminal.print(JSON.stringify(summaries))
      else print(context, summaries)
    })
  addExamples(command, ['toolgate policy shadow', 'toolgate policy shadow --since 7d --json'])
}

function print({ terminal }: CommandContext, summaries: readonly ShadowSummary[]): void {
  if (summaries.length === 0) {
    terminal.print('No call in the audit met a requirement under shadow.')
    return
  }
  const rows = summaries.map(({ tool, rule, calls, wouldDeny, subjects, clients, wouldAllow, ...more }) => [
    printable(tool),
    printable(rule),
    ...[calls, wouldDeny, subjects, clients, wouldAllow].map(String),
    printable(lackText(more)),
  ])
  const head = ['TOOL', 'RULE', 'CALLS', 'WOULD REFUSE', 'PEOPLE', 'CLIENTS', 'WOULD ALLOW', 'LACKING']
  printTable(terminal, head, rows)
  terminal.print(
    '\nWould refuse: of the calls that were allowed, by so many people and clients. Would allow: of the calls that were refused.',
  )
}

function lackText({ missing, stale, notEvaluated }: Pick<ShadowSummary, 'missing' | 'stale' | 'notEvaluated'>): string {
  return [
    ...missing.map(({ scope, calls }) => `${scope} (${String(calls)})`),
    ...(stale === 0 ? [] : [`a sign-in as asked for (${String(stale)})`]),
    ...(notEvaluated === 0 ? [] : [`not evaluated (${String(notEvaluated)})`]),
  ].join(', ')
}
