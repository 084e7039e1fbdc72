import { canonicalJson } from '@toolgate/audit'
import type { GrantCondition } from '@toolgate/policy'
import type { PinChange } from './pin-change.ts'
import type { PinnedJudge } from './pinned-judge.ts'
import type { PinnedGrant } from './pins.ts'

type GrantChange = Extract<PinChange, { readonly subject: 'grants' }>
type Claims = Readonly<Record<string, string | readonly string[]>>

/** Beyond this many ways to fit one rule, the rule counts as opening. */
const mostWays = 1_000

/**
 * What tokens get more, and less, by the rules of `grants`. Both sides are asked about the least that fits each rule: rules
 * only give more to a token with more, so whoever else gets more is told with it.
 */
export function grantChanges(
  before: PinnedJudge,
  after: PinnedJudge,
  grants: { readonly before: readonly PinnedGrant[]; readonly after: readonly PinnedGrant[] },
): readonly GrantChange[] {
  const texts = { before: new Set(grants.before.map(canonicalJson)), after: new Set(grants.after.map(canonicalJson)) }
  const [gone, come] = [
    grants.before.filter((rule) => !texts.after.has(canonicalJson(rule))),
    grants.after.filter((rule) => !texts.before.has(canonicalJson(rule))),
  ]
  const changes = [...gone, ...come].flatMap(({ issuer, conditions, scopes }) => {
    const ways = leastClaims(conditions)
    if (ways.length <= mostWays) return ways.flatMap((claims) => grantChange(before, after, { issuer, claims }))
    return [
      {
        direction: 'opens',
        subject: 'grants',
        issuer,
        claims: {},
        from: 'cannot be told',
        to: scopes.join(' '),
      } as const,
    ]
  })
  return [...new Map(changes.map((change) => [canonicalJson(change), change])).values()]
}

function grantChange(
  before: PinnedJudge,
  after: PinnedJudge,
  subject: { readonly issuer: string; readonly claims: Claims },
): readonly GrantChange[] {
  const [was, is] = [before, after].map((judge) =>
    judge
      .grant(subject)
      .map(({ scope }) => scope)
      .sort(),
  )
  if (was === undefined || is === undefined) return []
  // Implications that changed are told by themselves.
  const lacks = (scopes: readonly string[], others: readonly string[]) => {
    const held = after.expand(others)
    return scopes.some((scope) => !held.has(scope))
  }
  const told = { subject: 'grants', ...subject, from: was.join(' '), to: is.join(' ') } as const
  return [
    ...(lacks(is, was) ? [{ direction: 'opens' as const, ...told }] : []),
    ...(lacks(was, is) ? [{ direction: 'closes' as const, ...told }] : []),
  ]
}

/** Every set of claims that just fits the conditions; one more than `mostWays` if there are more. */
function leastClaims(conditions: readonly GrantCondition[]): readonly Claims[] {
  let ways: readonly Claims[] = [{}]
  for (const [claim, about] of Map.groupBy(conditions, (condition) => condition.claim)) {
    const values = leastValues(about)
    ways = ways.flatMap((way) => values.map((value) => ({ ...way, [claim]: value }))).slice(0, mostWays + 1)
  }
  return ways
}

/** The least values of one claim: a string where one is asked for by `equals`, otherwise a list, which fits fewer rules. */
function leastValues(conditions: readonly GrantCondition[]): readonly (string | readonly string[])[] {
  const exact = conditions.flatMap((condition) => ('equals' in condition ? [condition.equals] : []))
  const choices = conditions.flatMap((condition) => ('equals' in condition ? [] : [condition.anyOf]))
  const [value] = exact
  if (value !== undefined) {
    const fits = exact.every((other) => other === value) && choices.every((values) => values.includes(value))
    return fits ? [value] : []
  }
  let lists: readonly (readonly string[])[] = [[]]
  for (const values of choices) {
    lists = lists.flatMap((list) => values.map((one) => [...new Set([...list, one])])).slice(0, mostWays + 1)
  }
  return lists
}
