import { FAMILIES, type Family, type Method } from './messages.ts'
import type { PartyName } from './party.ts'
import { medianRatio, samplesOf, target, type Target } from './report.ts'
import type { Samples } from './rounds.ts'

/** What the host's rate must be of the floor's, by what is asked for and the number of tools. */
const LEAST: readonly (readonly [Method, number, number])[] = [
  ['tools/call', 10, 0.35],
  ['tools/call', 1000, 0.35],
  ['tools/list', 10, 0.6],
  ['tools/list', 100, 0.7],
  ['tools/list', 1000, 0.5],
]
const LEAST_AFRESH = 0.7
const LEAST_OF_ONE_TOKEN = 0.9
const MOST_P99 = 3

/** What the issue asks of the host beside the floor: both remember tokens, neither does, many tokens, many connections. */
export function floorTargets(samples: Samples): Target[] {
  return FAMILIES.flatMap((family) => {
    const calls = (party: PartyName) => samplesOf(samples, party, 'tools/call', family, 10)
    return [
      ...LEAST.map(([method, count, least]) => rateTarget(samples, method, family, count, least)),
      target(
        `call ${family}, tokens verified anew: rate / floor's`,
        medianRatio(calls('afresh-floor'), calls('afresh')),
        'at least',
        LEAST_AFRESH,
      ),
      target(
        `call ${family}: rate with 1,008 tokens / with 16`,
        medianRatio(calls('toolgate'), calls('tokens')),
        'at least',
        LEAST_OF_ONE_TOKEN,
      ),
      target(
        `call ${family}, 64 connections: p99 / floor's`,
        medianRatio(calls('crowd'), calls('crowd-floor'), 'p99Microseconds'),
        'at most',
        MOST_P99,
      ),
    ]
  })
}

function rateTarget(samples: Samples, method: Method, family: Family, count: number, least: number): Target {
  const of = (party: PartyName) => samplesOf(samples, party, method, family, count)
  const name = `${method.slice('tools/'.length)} ${family} N=${String(count)}: rate / floor's`
  return target(name, medianRatio(of('floor'), of('toolgate')), 'at least', least)
}
