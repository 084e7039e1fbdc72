import type { DecisionRecord, OutcomeRecord } from '@toolgate/audit'
import type { DenialExplanation } from '@toolgate/core'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { CliError } from '../errors.ts'
import { addExamples } from '../examples.ts'
import { loadPolicy } from '../policy/load-policy.ts'
import { printExplanation } from '../policy/print-explanation.ts'
import { printable } from '../printable.ts'

/** `toolgate why REQUEST-ID`, also as `toolgate policy why`: a real denial, explained from its audit record. */
export function addWhyCommand(parent: Command, context: CommandContext): void {
  const command = parent
    .command('why')
    .description('explain a call of the audit, with what caller, client and operator can do about a denial')
    .argument('<request-id>', 'requestId of the answer, of a line of the log or of the audit')
    .action(async (requestId: string, _options: object, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const inspected = await loadPolicy(context, options)
      const records = await recordsOf(inspected.config.audit.file, requestId)
      const { explainDenial } = await import('@toolgate/core')
      const denials = records.map(({ decision, outcome }) => explainDenial(inspected, decision, outcome))
      if (options.json === true) context.terminal.print(JSON.stringify(denials))
      else for (const denial of denials) print(context, denial)
    })
  addExamples(command, [
    'toolgate why 0b9d0a3c-6f0e-4f5b-9a57-5b1f0c1f2d3e',
    'toolgate policy why 0b9d0a3c-6f0e-4f5b-9a57-5b1f0c1f2d3e --json',
  ])
}

/** A decision, with the outcome of a call that ran. */
interface Recorded {
  readonly decision: DecisionRecord
  readonly outcome?: OutcomeRecord
}

/** The decisions of one request: several if it was a batch. */
async function recordsOf(file: string, requestId: string): Promise<readonly Recorded[]> {
  const { hasAudit, readAudit } = await import('@toolgate/audit')
  if (!hasAudit(file)) throw new CliError('fault', `there is no audit at ${file}`, 'It begins when the host starts.')
  const decisions: DecisionRecord[] = []
  const outcomes = new Map<string, OutcomeRecord>()
  for await (const record of readAudit(file)) {
    if (record.type === 'event') continue
    if (record.requestId !== requestId && !record.requestId.startsWith(`${requestId}.`)) continue
    if (record.type === 'decision') decisions.push(record)
    else outcomes.set(record.requestId, record)
  }
  const found = decisions.map((decision) => {
    const outcome = outcomes.get(decision.requestId)
    return { decision, ...(outcome && { outcome }) }
  })
  if (found.length > 0) return found
  const mend = 'Only tool calls are judged: the requestId stands in the data of a denial, and in toolgate audit tail.'
  throw new CliError('fault', `the audit has no decision of the request ${JSON.stringify(requestId)}`, mend)
}

function print({ terminal }: CommandContext, { record, cut, explanation, mends, remarks }: DenialExplanation): void {
  const { time, requestId, effect, reason, clientName } = record
  const client = clientName === undefined ? '' : `, by ${clientName}`
  if (cut.length > 0) terminal.print(`Not exact: the record had no room for ${cut.join(' and ')}.`)
  printExplanation(terminal, explanation, `the audit: ${effect} at ${time}${client} (${reason}), request ${requestId}`)
  const lines = [
    ...(mends === undefined
      ? ['The call was not refused.']
      : ['What to do', `  caller    ${mends.caller}`, `  client    ${mends.client}`, `  operator  ${mends.operator}`]),
    ...remarks,
  ]
  terminal.print(`\n${printable(lines.join('\n'))}`)
}
