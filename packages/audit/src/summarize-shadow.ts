import type { AuditRecord, DecisionRecord } from './audit-record.ts'

/** What one proposed requirement would have done to the calls of one tool. */
export interface ShadowSummary {
  readonly tool: string
  /** Where it is proposed: `shadow.tools.notes_delete`. */
  readonly rule: string
  /** Calls that it was evaluated for. */
  readonly calls: number
  /** Of those that were allowed, how many it would refuse. */
  readonly wouldDeny: number
  /** Of those that were refused, how many it would allow. */
  readonly wouldAllow: number
  /** Calls that it could not be evaluated for. */
  readonly notEvaluated: number
  /** How many people, and how many clients, would be refused. */
  readonly subjects: number
  readonly clients: number
  /** What their calls would lack, the most frequent first. */
  readonly missing: readonly { readonly scope: string; readonly calls: number }[]
  /** Of `wouldDeny`, how many for the sign-in alone. */
  readonly stale: number
}

interface Tally {
  readonly tool: string
  readonly rule: string
  calls: number
  wouldDeny: number
  wouldAllow: number
  notEvaluated: number
  stale: number
  readonly subjects: Set<string>
  readonly clients: Set<string>
  readonly missing: Map<string, number>
}

/**
 * Sums up what proposed requirements would have done, one line per tool and rule, those that would refuse most first. A
 * person is an issuer and a subject; a client is known by its id or else by what it calls itself.
 */
export async function summarizeShadow(records: AsyncIterable<AuditRecord>): Promise<readonly ShadowSummary[]> {
  const tallies = new Map<string, Tally>()
  for await (const record of records) {
    if (record.type !== 'decision' || record.shadow === undefined) continue
    const { tool, shadow } = record
    const key = `${tool} ${shadow.rule}`
    const tally = tallies.get(key) ?? emptyTally(tool, shadow.rule)
    tallies.set(key, tally)
    count(tally, record, shadow)
  }
  return [...tallies.values()]
    .map(toSummary)
    .toSorted((a, b) => b.wouldDeny - a.wouldDeny || b.wouldAllow - a.wouldAllow || (a.tool < b.tool ? -1 : 1))
}

function emptyTally(tool: string, rule: string): Tally {
  const counts = { calls: 0, wouldDeny: 0, wouldAllow: 0, notEvaluated: 0, stale: 0 }
  return { tool, rule, ...counts, subjects: new Set(), clients: new Set(), missing: new Map() }
}

function count(tally: Tally, record: DecisionRecord, shadow: NonNullable<DecisionRecord['shadow']>): void {
  tally.calls += 1
  if (shadow.effect === 'not_evaluated') tally.notEvaluated += 1
  const refused = record.effect === 'deny' || record.effect === 'stale'
  if (shadow.effect === 'would_allow' && refused) tally.wouldAllow += 1
  if (shadow.effect !== 'would_deny' || record.effect !== 'allow') return
  const { missing = [] } = shadow
  tally.wouldDeny += 1
  if (missing.length === 0) tally.stale += 1
  for (const scope of missing) tally.missing.set(scope, (tally.missing.get(scope) ?? 0) + 1)
  tally.subjects.add(JSON.stringify([record.issuer, record.subject]))
  const client = record.clientId ?? record.clientName
  if (client !== undefined) tally.clients.add(client)
}

function toSummary({ subjects, clients, missing, ...counts }: Tally): ShadowSummary {
  return {
    ...counts,
    subjects: subjects.size,
    clients: clients.size,
    missing: [...missing]
      .map(([scope, calls]) => ({ scope, calls }))
      .toSorted((a, b) => b.calls - a.calls || (a.scope < b.scope ? -1 : 1)),
  }
}
