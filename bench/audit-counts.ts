import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readAudit } from '@toolgate/audit'
import type { Counts } from './rounds.ts'
import type { Party } from './party.ts'
import { slotKey } from './slot.ts'
import { FAMILIES } from './messages.ts'

/**
 * Makes sure that a host without an audit was one.
 *
 * @throws Error if it kept any
 */
export function requireNoAudit({ name, settings }: Party): void {
  if (existsSync(join(settings.folder, 'audit.ndjson'))) throw new Error(`${name} kept an audit`)
}

/** How many calls the rounds made of a server, in both families and with every number of connections that is named. */
export function callsOf(
  { name, settings }: Party,
  counts: Counts,
  crowds: readonly (number | undefined)[] = [undefined],
): number {
  const keys = FAMILIES.flatMap((family) =>
    crowds.map((connections) => slotKey(name, 'tools/call', family, settings.toolCount, connections)),
  )
  return keys.reduce((sum, key) => sum + (counts.get(key) ?? 0), 0)
}

/**
 * Compares the host's audit with the calls that were made: each is one decision and one outcome. Of calls with
 * a bound token the decision names the key, of others none.
 *
 * @throws Error if a call left no trace, or there is a trace of no call
 */
export async function checkAudit(party: Party, calls: number): Promise<number> {
  const { folder, toolCount } = party.settings
  const bound = party.name === 'dpop'
  const isBound = ({ keyThumbprint }: { readonly keyThumbprint?: string | undefined }): boolean =>
    keyThumbprint !== undefined
  let decisions = 0
  let outcomes = 0
  for await (const record of readAudit(join(folder, 'audit.ndjson'))) {
    if (record.type === 'decision' && record.effect === 'allow' && isBound(record) === bound) decisions += 1
    if (record.type === 'outcome' && record.outcome === 'ok') outcomes += 1
  }
  if (decisions !== calls || outcomes !== calls) {
    const found = `${String(decisions)} decisions and ${String(outcomes)} outcomes`
    throw new Error(`${String(calls)} calls of ${party.name} with N=${String(toolCount)} left ${found} in its audit`)
  }
  return decisions + outcomes
}
