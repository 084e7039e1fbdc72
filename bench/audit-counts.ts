import { join } from 'node:path'
import { readAudit } from '@toolgate/audit'
import type { Counts } from './rounds.ts'
import type { Party } from './party.ts'
import { slotKey } from './slot.ts'
import { FAMILIES } from './messages.ts'

/**
 * Compares the host's audit with the calls that were made: each is one decision and one outcome.
 *
 * @throws Error if a call left no trace, or there is a trace of no call
 */
export async function checkAudit(party: Party, counts: Counts, firstCalls: number): Promise<number> {
  const { folder, toolCount } = party.settings
  const keys = FAMILIES.map((family) => slotKey('toolgate', 'tools/call', family, toolCount))
  const calls = keys.reduce((sum, key) => sum + (counts.get(key) ?? 0), firstCalls)
  let decisions = 0
  let outcomes = 0
  for await (const record of readAudit(join(folder, 'audit.ndjson'))) {
    if (record.type === 'decision' && record.effect === 'allow') decisions += 1
    if (record.type === 'outcome' && record.outcome === 'ok') outcomes += 1
  }
  if (decisions !== calls || outcomes !== calls) {
    const found = `${String(decisions)} decisions and ${String(outcomes)} outcomes`
    throw new Error(`${String(calls)} calls of the host with N=${String(toolCount)} left ${found} in its audit`)
  }
  return decisions + outcomes
}
