import { FAMILIES, type Family, type Method } from './messages.ts'
import type { PartyName } from './party.ts'
import { medianRatio, samplesOf } from './report.ts'
import type { Samples } from './rounds.ts'

/** Who stands beside the host in the comparison, and how each is called. */
export const PEERS: readonly (readonly [PartyName, string])[] = [
  ['toolgate', 'Toolgate'],
  ['recipe', 'SDK v2, its recipe'],
  ['shared', 'SDK v2, schemas made once'],
  ['mcp-handler', 'mcp-handler'],
  ['sdk-v1', 'SDK v1, its recipe'],
  ['fastmcp', 'FastMCP'],
]

/** One case: each server's rate as a share of the floor's; without who took no part. */
export interface PeerFigures {
  readonly method: Method
  readonly family: Family
  readonly toolCount: number
  readonly shares: Partial<Record<PartyName, number>>
}

const CASES: readonly (readonly [Method, number])[] = [
  ['tools/call', 10],
  ['tools/call', 1000],
  ['tools/list', 10],
  ['tools/list', 1000],
]

/** The rates of all that are compared, by the floor's: medians of the rounds' ratios. */
export function peerFigures(samples: Samples): PeerFigures[] {
  return CASES.flatMap(([method, toolCount]) =>
    FAMILIES.map((family) => {
      const floor = samplesOf(samples, 'floor', method, family, toolCount)
      const shares = PEERS.flatMap(([party]) => {
        const own = samplesOf(samples, party, method, family, toolCount)
        return own.length === 0 ? [] : [[party, medianRatio(floor, own)] as const]
      })
      return { method, family, toolCount, shares: Object.fromEntries(shares) }
    }),
  )
}
