import { median } from './median.ts'
import { FAMILIES, type Family, type Method } from './messages.ts'
import type { PartyName } from './party.ts'
import type { Samples } from './rounds.ts'
import { slotKey, type Sample } from './slot.ts'

/** What the issue of the benchmark asks of one figure. */
export interface Target {
  readonly name: string
  readonly value: number
  readonly bound: 'at most' | 'at least'
  readonly limit: number
  readonly unit: string
  readonly met: boolean
}

/** One case: what a request cost each server, in microseconds, and how often the host's cost fits into the others'. */
export interface CaseFigures {
  readonly method: Method
  readonly family: Family
  readonly toolCount: number
  readonly microseconds: Record<PartyName, number>
  readonly cpuMicroseconds: Record<PartyName, number>
  readonly timesTheFloor: number
  readonly recipeTimesTheHost: number
  readonly sharedTimesTheHost: number
}

/** Says whether a figure keeps its bound. */
export function target(name: string, value: number, bound: Target['bound'], limit: number, unit = 'x'): Target {
  return { name, value, bound, limit, unit, met: bound === 'at most' ? value <= limit : value >= limit }
}

function samplesOf(
  samples: Samples,
  party: PartyName,
  method: Method,
  family: Family,
  count: number,
): readonly Sample[] {
  return samples.get(slotKey(party, method, family, count)) ?? []
}

function medianRatio(over: readonly Sample[], under: readonly Sample[]): number {
  return median(over.map(({ microseconds }, round) => microseconds / (under[round]?.microseconds ?? Number.NaN)))
}

function perParty(value: (party: PartyName) => number): Record<PartyName, number> {
  return { floor: value('floor'), recipe: value('recipe'), shared: value('shared'), toolgate: value('toolgate') }
}

/** The figures of one case: medians over the rounds, and of ratios the median of each round's ratio. */
export function caseFigures(samples: Samples, method: Method, family: Family, toolCount: number): CaseFigures {
  const of = (party: PartyName): readonly Sample[] => samplesOf(samples, party, method, family, toolCount)
  return {
    method,
    family,
    toolCount,
    microseconds: perParty((party) => median(of(party).map((sample) => sample.microseconds))),
    cpuMicroseconds: perParty((party) => median(of(party).map((sample) => sample.cpuMicroseconds))),
    timesTheFloor: medianRatio(of('toolgate'), of('floor')),
    recipeTimesTheHost: medianRatio(of('recipe'), of('toolgate')),
    sharedTimesTheHost: medianRatio(of('shared'), of('toolgate')),
  }
}

/** What the issue asks of calls: they are cheap, and as cheap among many tools as among few. */
export function callTargets(samples: Samples): Target[] {
  return FAMILIES.flatMap((family) => {
    const few = samplesOf(samples, 'toolgate', 'tools/call', family, 10)
    const many = samplesOf(samples, 'toolgate', 'tools/call', family, 1000)
    const recipe = (count: number): readonly Sample[] => samplesOf(samples, 'recipe', 'tools/call', family, count)
    return [
      target(`call ${family}: host N=1000 / host N=10`, medianRatio(many, few), 'at most', 1.1),
      target(`call ${family} N=10: recipe / host`, medianRatio(recipe(10), few), 'at least', 2),
      target(`call ${family} N=1000: recipe / host`, medianRatio(recipe(1000), many), 'at least', 8),
    ]
  })
}
