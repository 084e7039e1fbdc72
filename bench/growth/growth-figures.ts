import { median } from '../median.ts'
import type { Method } from '../messages.ts'
import type { PartyName } from '../party.ts'
import { medianRatio, samplesOf, type Measure } from '../report.ts'
import type { Samples } from '../rounds.ts'
import { slotKey, type Sample } from '../slot.ts'
import { GROWING_CONNECTIONS, GROWING_TOOLS, GROWTH_FAMILY, type GrowthRunner } from './growth-runners.ts'

/** What host and floor took, in microseconds, and how many times as much the host took: medians over the rounds. */
export interface Compared {
  readonly host: number
  readonly floor: number
  readonly hostTimesFloor: number
}

/** Host and floor with one number of tools. */
export interface ToolGrowth {
  readonly toolCount: number
  readonly call: Compared
  /** Of its first page where there are several. */
  readonly list: Compared
  /** The host's rate of calls, by the one it has with the fewest tools. */
  readonly callRateByFewest: number
  /** Milliseconds from nothing to the first authorized call, of one start. */
  readonly startMs: number
  /** Of the host after the run. */
  readonly residentBytes: number
}

/** Host and floor with one number of connections that call. */
export interface ConnectionGrowth {
  readonly connections: number
  /** Of one call among all. */
  readonly call: Compared
  readonly p50: Compared
  readonly p99: Compared
}

/** Compares the rounds of host and floor. */
function compared(host: readonly Sample[], floor: readonly Sample[], measure: Measure): Compared {
  const middle = (samples: readonly Sample[]): number => median(samples.map((sample) => sample[measure]))
  return { host: middle(host), floor: middle(floor), hostTimesFloor: medianRatio(host, floor, measure) }
}

/** The figures over the number of tools. */
export async function toolGrowth(samples: Samples, runners: readonly GrowthRunner[]): Promise<ToolGrowth[]> {
  const of = (party: PartyName, method: Method, count: number) =>
    samplesOf(samples, party, method, GROWTH_FAMILY, count)
  const figures: ToolGrowth[] = []
  for (const toolCount of GROWING_TOOLS) {
    const both = (method: Method): Compared =>
      compared(of('toolgate', method, toolCount), of('floor', method, toolCount), 'microseconds')
    const runner = runners.find(({ party }) => party.name === 'toolgate' && party.settings.toolCount === toolCount)
    const fewest = of('toolgate', 'tools/call', GROWING_TOOLS[0])
    figures.push({
      toolCount,
      call: both('tools/call'),
      list: both('tools/list'),
      callRateByFewest: medianRatio(fewest, of('toolgate', 'tools/call', toolCount)),
      startMs: runner?.startMs ?? Number.NaN,
      residentBytes: (await runner?.party.usage())?.rssBytes ?? Number.NaN,
    })
  }
  return figures
}

/** The figures over the number of connections. */
export function connectionGrowth(samples: Samples): ConnectionGrowth[] {
  return GROWING_CONNECTIONS.map((connections) => {
    const of = (party: PartyName) =>
      samples.get(slotKey(party, 'tools/call', GROWTH_FAMILY, GROWING_TOOLS[0], connections)) ?? []
    const both = (measure: Measure): Compared => compared(of('toolgate'), of('floor'), measure)
    return { connections, call: both('microseconds'), p50: both('p50Microseconds'), p99: both('p99Microseconds') }
  })
}
