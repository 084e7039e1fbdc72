import type { Family, LoadJob, Method } from './messages.ts'
import type { Generator } from './load/generator.ts'
import type { Party, PartyName } from './party.ts'

/** A server with what it is asked, and the tokens to ask with. */
export interface Slot {
  readonly party: Party
  readonly tokens: readonly string[]
  readonly family: Family
  readonly method: Method
}

/** What one request cost in one stretch of load. */
export interface Sample {
  /** Wall time of all connections together, divided by the requests. */
  readonly microseconds: number
  /** Processor time of the server alone. */
  readonly cpuMicroseconds: number
  readonly requests: number
}

/** Names the samples of a slot. */
export function slotKey(party: PartyName, method: Method, family: Family, toolCount: number): string {
  return `${method} ${family} N=${String(toolCount)} ${party}`
}

/** Puts a slot's server under load. An answer that was wrong ends the benchmark. */
export async function measureSlot(generator: Generator, slot: Slot, durationMs: number): Promise<Sample> {
  const { party, tokens, family, method } = slot
  const { resource, toolCount } = party.settings
  const job: LoadJob = { port: Number(new URL(resource).port), tokens, family, method, toolCount, durationMs }
  const before = await party.usage()
  const { requests, elapsedMs, fault } = await generator.run(job)
  const after = await party.usage()
  if (fault !== undefined) throw new Error(`${slotKey(party.name, method, family, toolCount)}: ${fault}`)
  return {
    microseconds: (elapsedMs * 1000) / requests,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    requests,
  }
}
