import type { Caller, Family, LoadJob, Method } from './messages.ts'
import type { Generator } from './load/generator.ts'
import type { Party, PartyName } from './party.ts'

/** A server with what it is asked, and who asks. */
export interface Slot {
  readonly party: Party
  readonly callers: readonly Caller[]
  readonly family: Family
  readonly method: Method
  /** How many call, where that is what tells it from another slot. */
  readonly connections?: number
}

/** What one request cost in one stretch of load. */
export interface Sample {
  /** Wall time of all connections together, divided by the requests. */
  readonly microseconds: number
  /** Processor time of the server alone. */
  readonly cpuMicroseconds: number
  /** Within which 99 of 100 answers came. */
  readonly p99Microseconds: number
  /** Within which half of the answers came. */
  readonly p50Microseconds: number
  readonly requests: number
}

/** Names the samples of a slot. */
export function slotKey(
  party: PartyName,
  method: Method,
  family: Family,
  toolCount: number,
  connections?: number,
): string {
  const crowd = connections === undefined ? '' : ` C=${String(connections)}`
  return `${method} ${family} N=${String(toolCount)}${crowd} ${party}`
}

/** Puts a slot's server under load. An answer that was wrong ends the benchmark. */
export async function measureSlot(generator: Generator, slot: Slot, durationMs: number): Promise<Sample> {
  const { party, callers, family, method } = slot
  const { resource, toolCount } = party.settings
  const job: LoadJob = { port: Number(new URL(resource).port), callers, family, method, toolCount, durationMs }
  const before = await party.usage()
  const { requests, elapsedMs, p99Microseconds, p50Microseconds, fault } = await generator.run(job)
  const after = await party.usage()
  if (fault !== undefined) throw new Error(`${slotKey(party.name, method, family, toolCount)}: ${fault}`)
  return {
    microseconds: (elapsedMs * 1000) / requests,
    cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    p99Microseconds,
    p50Microseconds,
    requests,
  }
}
