import type { GrantSubject, Held, Policy, ToolPolicy } from '@toolgate/policy'

/** Who asks: a token of the matrix. */
export interface Caller {
  /** Names it in a difference. */
  readonly name: string
  /** `sub` of its tokens and of no other's, so that runs are told apart. */
  readonly subject: string
  readonly scopes: readonly string[]
  /** Further claims of its tokens. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Asks for every tool, and not only for those that its scopes have to do with. */
  readonly broad: boolean
}

/** Scopes of others, and such as only look like those of the tools. */
const alike = [
  'email',
  'openid',
  'FIXTURE:READ',
  'fixture',
  'fixture:',
  'fixture:*',
  'fixture:read:more',
  'judged:on',
  'judged:*',
  '*',
]

const now = Math.floor(Date.now() / 1000)

/** How people have signed in who hold every scope; what the other callers' tokens say of it is nothing. */
const signIns: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['a recent and strong sign-in', { auth_time: now - 60, acr: 'gold' }],
  ['a recent sign-in', { auth_time: now - 60 }],
  ['a strong sign-in', { acr: 'silver' }],
  ['an old and strong sign-in', { auth_time: now - 7_200, acr: 'gold' }],
  ['a sign-in of another strength', { auth_time: now - 60, acr: 'Gold' }],
  ['a sign-in that lies ahead', { auth_time: now + 7_200, acr: 'gold' }],
  ['a sign-in of other types', { auth_time: String(now), acr: ['gold'] }],
]

/**
 * Every relevant token for these rules: no scope, each scope alone, each pair that one tool names, scopes that imply, all,
 * foreign and similar ones, and scopes that only a claim gives.
 */
export function callersFor({ tools, grantableScopes }: Policy): readonly Caller[] {
  const named = grantableScopes.map(({ scope }) => scope)
  const pairs = new Set(tools.flatMap((tool) => pairsOf(scopesOf(tool))))
  const team = { groups: ['other', 'team'] }
  const specs: [string, string, Partial<Caller>?][] = [
    ['no scope', '', { broad: true }],
    ['all scopes', named.join(' '), { broad: true }],
    ['foreign and similar scopes', alike.join(' '), { broad: true }],
    ...named.map((scope): [string, string] => [scope, scope]),
    ...[...pairs].map((pair): [string, string] => [pair, pair]),
    ['a group alone', '', { claims: team }],
    ['a group as text', '', { claims: { groups: 'team' } }],
    ['a group beside a scope', 'judged:one', { claims: team }],
    ['a group of another name', '', { claims: { groups: ['Team', 'team '] } }],
    ['a group of another type', '', { claims: { groups: ['team', 7] } }],
    ...signIns.map(([name, claims]): [string, string, Partial<Caller>] => [name, named.join(' '), { claims }]),
    ['a recent and strong sign-in beside a scope', 'judged:one', { claims: { auth_time: now - 60, acr: 'gold' } }],
    ['scopes in another claim', '', { claims: { scp: named, scopes: named, roles: named }, broad: true }],
  ]
  return specs.map(([name, scope, more], index) => ({
    name,
    subject: `caller-${String(index)}`,
    scopes: scope.split(' ').filter((each) => each !== ''),
    claims: {},
    broad: false,
    ...more,
  }))
}

/** What the policy judges a caller by; the rules of grants are asked, not written again. */
export function heldOf(policy: Policy, caller: Caller, issuer: GrantSubject['issuer']): Held {
  const { acr, auth_time: authTime } = caller.claims
  const authentication = {
    ...(typeof acr === 'string' && { acr }),
    ...(typeof authTime === 'number' && { authTime }),
    now: Date.now() / 1000,
    skewSeconds: 5,
  }
  return { token: caller.scopes, granted: policy.grant({ issuer, claims: caller.claims }), authentication }
}

/** Every scope that a tool's rule names. */
export function scopesOf(tool: ToolPolicy): readonly string[] {
  return [
    ...new Set([
      ...tool.alternatives.flat(),
      ...tool.conditions.flatMap(({ scopes }) => scopes),
      ...(tool.mayRequire ?? []),
    ]),
  ].sort()
}

function pairsOf(scopes: readonly string[]): readonly string[] {
  return scopes.flatMap((one, index) => scopes.slice(index + 1).map((other) => `${one} ${other}`))
}
