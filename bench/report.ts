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

/** The servers that every case has. */
export const COMPARED = ['floor', 'recipe', 'shared', 'toolgate'] as const
type Compared = (typeof COMPARED)[number]

/** What a call cost the host in microseconds by the durability of its audit. */
export interface DurabilityFigures {
  readonly family: Family
  readonly process: number
  readonly disk: number
  readonly diskTimesProcess: number
}

/** One case: what a request cost each server, in microseconds, and how often the host's cost fits into the others'. */
export interface CaseFigures {
  readonly method: Method
  readonly family: Family
  readonly toolCount: number
  readonly microseconds: Record<Compared, number>
  readonly cpuMicroseconds: Record<Compared, number>
  readonly timesTheFloor: number
  readonly recipeTimesTheHost: number
  readonly sharedTimesTheHost: number
}

/** Says whether a figure keeps its bound. */
export function target(name: string, value: number, bound: Target['bound'], limit: number, unit = 'x'): Target {
  return { name, value, bound, limit, unit, met: bound === 'at most' ? value <= limit : value >= limit }
}

/** The samples of one case and server, one per round. */
export function samplesOf(
  samples: Samples,
  party: PartyName,
  method: Method,
  family: Family,
  count: number,
): readonly Sample[] {
  return samples.get(slotKey(party, method, family, count)) ?? []
}

/** What is compared of two samples. */
export type Measure = 'microseconds' | 'cpuMicroseconds' | 'p99Microseconds' | 'p50Microseconds'

/** The median over the rounds of how many times as much the one took as the other. */
export function medianRatio(
  over: readonly Sample[],
  under: readonly Sample[],
  measure: Measure = 'microseconds',
): number {
  return median(over.map((sample, round) => sample[measure] / (under[round]?.[measure] ?? Number.NaN)))
}

function perParty(value: (party: Compared) => number): Record<Compared, number> {
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

/** What waiting for the disk cost: medians over the rounds, and of the ratio the median of each round's. */
export function durabilityFigures(samples: Samples, family: Family): DurabilityFigures {
  const of = (party: PartyName): readonly Sample[] => samplesOf(samples, party, 'tools/call', family, 10)
  const cost = (party: PartyName): number => median(of(party).map(({ microseconds }) => microseconds))
  return {
    family,
    process: cost('toolgate'),
    disk: cost('disk'),
    diskTimesProcess: medianRatio(of('disk'), of('toolgate')),
  }
}

/**
 * What a call cost two processes of one program together, round by round: they differ by some per cent, which would be taken for
 * what their tools cost.
 */
function ofBoth(samples: Samples, family: Family, count: number): readonly Sample[] {
  const twin = samplesOf(samples, 'twin', 'tools/call', family, count)
  return samplesOf(samples, 'toolgate', 'tools/call', family, count).map((sample, round) => ({
    ...sample,
    microseconds: sample.microseconds + (twin[round]?.microseconds ?? Number.NaN),
  }))
}

/** What the issue asks of calls: they are cheap, and as cheap among many tools as among few. */
export function callTargets(samples: Samples): Target[] {
  return FAMILIES.flatMap((family) => {
    const few = samplesOf(samples, 'toolgate', 'tools/call', family, 10)
    const many = samplesOf(samples, 'toolgate', 'tools/call', family, 1000)
    const recipe = (count: number): readonly Sample[] => samplesOf(samples, 'recipe', 'tools/call', family, count)
    return [
      target(
        `call ${family}: rate at N=1000 / N=10, two hosts each`,
        medianRatio(ofBoth(samples, family, 10), ofBoth(samples, family, 1000)),
        'at least',
        0.95,
      ),
      target(`call ${family} N=10: recipe / host`, medianRatio(recipe(10), few), 'at least', 2),
      target(`call ${family} N=1000: recipe / host`, medianRatio(recipe(1000), many), 'at least', 8),
    ]
  })
}
