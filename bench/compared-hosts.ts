import { median } from './median.ts'
import type { Family } from './messages.ts'
import type { PartyName } from './party.ts'
import type { PolicyFigures } from './policy-figures.ts'
import { medianRatio, samplesOf, target, type Measure, type Target } from './report.ts'
import type { Samples } from './rounds.ts'
import type { Sample } from './slot.ts'

/** What a call cost the host in microseconds, and the same host with neither authorization nor audit of calls. */
export interface AuthorizationFigures extends HostPair {
  readonly family: Family
  /** Processor time of the servers alone: less is between it and the code than between a clock and the code. */
  readonly cpu: HostPair
}

/** The two hosts, and how many times as much the first takes. */
interface HostPair {
  readonly host: number
  readonly unjudged: number
  readonly hostTimesUnjudged: number
}

/** What a call cost the host in microseconds by the kind of its token. */
export interface TokenFigures {
  readonly family: Family
  readonly bearer: number
  readonly dpop: number
  readonly introspected: number
  readonly dpopTimesBearer: number
  readonly introspectedTimesBearer: number
}

/** How often the issuer was asked, and how many calls came with an opaque token. */
export interface IntrospectionCounts {
  readonly questions: number
  readonly calls: number
}

const MOST_FOR_AUTHORIZATION = 1.15

function ofCalls(samples: Samples, party: PartyName, family: Family): readonly Sample[] {
  return samplesOf(samples, party, 'tools/call', family, 10)
}

function cost(samples: readonly Sample[], measure: Measure = 'microseconds'): number {
  return median(samples.map((sample) => sample[measure]))
}

function pairOf(host: readonly Sample[], unjudged: readonly Sample[], measure: Measure): HostPair {
  return {
    host: cost(host, measure),
    unjudged: cost(unjudged, measure),
    hostTimesUnjudged: medianRatio(host, unjudged, measure),
  }
}

/** What judging and recording a call cost: medians over the rounds, and of the ratio the median of each round's. */
export function authorizationFigures(samples: Samples, family: Family): AuthorizationFigures {
  const host = ofCalls(samples, 'toolgate', family)
  const unjudged = ofCalls(samples, 'unjudged', family)
  return {
    family,
    ...pairOf(host, unjudged, 'microseconds'),
    cpu: pairOf(host, unjudged, 'cpuMicroseconds'),
  }
}

/** What proofs and introspection cost beside plain tokens, likewise. */
export function tokenFigures(samples: Samples, family: Family): TokenFigures {
  const bearer = ofCalls(samples, 'toolgate', family)
  const dpop = ofCalls(samples, 'dpop', family)
  const introspected = ofCalls(samples, 'opaque', family)
  return {
    family,
    bearer: cost(bearer),
    dpop: cost(dpop),
    introspected: cost(introspected),
    dpopTimesBearer: medianRatio(dpop, bearer),
    introspectedTimesBearer: medianRatio(introspected, bearer),
  }
}

/** What the issue asks of authorization: each decision is quick, and a call hardly longer for it. */
export function authorizationTargets(figures: readonly AuthorizationFigures[], policy: PolicyFigures): Target[] {
  const { decideMicroseconds: decide, filterMilliseconds: filter, knownListMicroseconds: known } = policy
  return [
    ...figures.map(({ family, hostTimesUnjudged }) =>
      target(`call ${family}: host / unjudged host`, hostTimesUnjudged, 'at most', MOST_FOR_AUTHORIZATION),
    ),
    target('decide, the slower of allow and deny', Math.max(decide.allow, decide.deny), 'at most', 2, 'us'),
    target('filter 1,000 tools, new scopes, the slower set', Math.max(filter.all, filter.few), 'at most', 1, 'ms'),
    target('list for known scopes: N=1000 / N=10', known.manyTimesFew, 'at most', 1.1),
  ]
}
