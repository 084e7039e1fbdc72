import { join } from 'node:path'
import { callsOf, checkAudit } from '../audit-counts.ts'
import type { BenchIssuer } from '../issuer.ts'
import { measureStart } from '../measure-start.ts'
import type { Caller, Family, Method } from '../messages.ts'
import type { Party } from '../party.ts'
import type { Counts } from '../rounds.ts'
import type { Slot } from '../slot.ts'
import { createWorkspace } from '../workspace.ts'

/** The current one alone: the families differ in what surrounds a request, which neither tools nor connections make more of. */
export const GROWTH_FAMILY: Family = '2026-07-28'
/** Tools of the servers that are compared. */
export const GROWING_TOOLS = [10, 100, 1000, 10_000] as const
/** Connections of those who call the servers of ten tools. */
export const GROWING_CONNECTIONS = [1, 4, 16, 64, 256] as const
/** Where the tools grow. */
const CONNECTIONS = 16
const FEWEST_TOOLS = GROWING_TOOLS[0]
const MOST_CONNECTIONS = Math.max(...GROWING_CONNECTIONS)

/** Host and floor, of one number of tools. */
export interface GrowthRunner {
  readonly party: Party
  readonly callers: readonly Caller[]
  /** From nothing to the first answer. */
  readonly startMs: number
}

/** Starts host and floor of each number of tools, into an array of the caller's, who closes what was started. */
export async function startGrowthRunners(runners: GrowthRunner[], folder: string, issuer: BenchIssuer): Promise<void> {
  for (const toolCount of GROWING_TOOLS) {
    for (const name of ['floor', 'toolgate'] as const) {
      const settings = await createWorkspace(join(folder, `growth-${name}-${String(toolCount)}`), issuer, toolCount)
      const count = toolCount === FEWEST_TOOLS ? MOST_CONNECTIONS : CONNECTIONS
      const callers = await issuer.makeCallers(settings.resource, count, 'plain')
      const { party, milliseconds } = await measureStart(name, settings, callers)
      runners.push({ party, callers, startMs: milliseconds })
    }
  }
}

/** Groups of slots by which the tools grow: every number of them beside every other, of calls and of lists. */
export function toolGroups(runners: readonly GrowthRunner[]): Slot[][] {
  return (['tools/call', 'tools/list'] as const satisfies readonly Method[]).map((method) =>
    runners.map(({ party, callers }) => ({
      party,
      callers: callers.slice(0, CONNECTIONS),
      method,
      family: GROWTH_FAMILY,
    })),
  )
}

/** The group of slots by which the connections grow, each with a caller of its own. */
export function connectionGroup(runners: readonly GrowthRunner[]): Slot[] {
  const few = runners.filter(({ party }) => party.settings.toolCount === FEWEST_TOOLS)
  return GROWING_CONNECTIONS.flatMap((connections) =>
    few.map(({ party, callers }) => ({
      party,
      callers: callers.slice(0, connections),
      method: 'tools/call' as const,
      family: GROWTH_FAMILY,
      connections,
    })),
  )
}

/**
 * Makes sure that every call of the hosts is on record.
 *
 * @throws Error if one is not
 */
export async function checkGrowthAudits(runners: readonly GrowthRunner[], counts: Counts): Promise<number> {
  let records = 0
  for (const { party, callers } of runners) {
    if (party.name !== 'toolgate') continue
    const calls = callers.length + callsOf(party, counts, [undefined, ...GROWING_CONNECTIONS])
    records += await checkAudit(party, calls)
  }
  return records
}
