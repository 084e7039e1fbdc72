import type { IssuerSettings } from '@toolgate/auth'
import { secretsOf, type AuthoritySettings, type ResolvedConfig } from '@toolgate/config'
import { absent, type PinChange } from './pin-change.ts'
import type { Direction } from './pinned-facts.ts'

type IssuerChange = Extract<PinChange, { readonly subject: 'issuer' }>
type Value = string | number | boolean | readonly string[] | undefined
type Trusted = Partial<IssuerSettings> & Partial<AuthoritySettings>

/** One setting of an issuer, and what a difference in it does: `changes` if no machine can say. */
interface ComparedSetting {
  readonly name: string
  of(settings: Trusted): Value
  judge?(was: Value, is: Value): Direction
}

const trusted = 'trusted'
const moreOpens = (was: Value, is: Value): Direction => (Number(is ?? 0) > Number(was ?? 0) ? 'opens' : 'closes')

/** From the least that is taken: tokens with a proof alone, tokens without one alone, both. */
const dpopModes: readonly Value[] = ['required', 'off', 'allowed']

/** More of a list takes more tokens; less of it fewer. */
function listJudge(was: readonly string[], is: readonly string[]): Direction {
  if (is.every((one) => was.includes(one))) return 'closes'
  return was.every((one) => is.includes(one)) ? 'opens' : 'changes'
}

const asList = (value: Value): readonly string[] => (typeof value === 'object' ? value : [])

/** Secrets are no part of it: they are never told. */
const compared: readonly ComparedSetting[] = [
  {
    name: 'dpop',
    of: ({ dpop }) => dpop,
    judge: (was, is) => moreOpens(dpopModes.indexOf(was), dpopModes.indexOf(is)),
  },
  {
    name: 'introspection',
    of: ({ introspection }) => introspection && 'asked',
    judge: (was) => (was === undefined ? 'opens' : 'closes'),
  },
  // So long does a revoked token live.
  { name: 'introspection.cacheSeconds', of: ({ introspection }) => introspection?.cacheSeconds, judge: moreOpens },
  { name: 'introspection.inactiveCacheSeconds', of: ({ introspection }) => introspection?.inactiveCacheSeconds },
  { name: 'introspection.endpoint', of: ({ introspection }) => introspection?.endpoint },
  { name: 'accessTokenSeconds', of: ({ accessTokenSeconds }) => accessTokenSeconds, judge: moreOpens },
  { name: 'audience', of: ({ audience }) => audience },
  {
    name: 'algorithms',
    of: ({ algorithms }) => algorithms && [...algorithms].sort(),
    judge: (was, is) => listJudge(asList(was), asList(is)),
  },
  {
    name: 'tokenTypes',
    of: ({ tokenTypes }) => tokenTypes && [...tokenTypes].sort(),
    judge: (was, is) => listJudge(asList(was), asList(is)),
  },
  {
    name: 'dangerouslyAllowMissingTokenType',
    of: ({ dangerouslyAllowMissingTokenType }) => dangerouslyAllowMissingTokenType,
    judge: moreOpens,
  },
  { name: 'clockSkewSeconds', of: ({ clockSkewSeconds }) => clockSkewSeconds, judge: moreOpens },
  { name: 'jwksUri', of: ({ jwksUri }) => jwksUri },
  { name: 'scopeClaim', of: ({ scopeClaim }) => scopeClaim },
  { name: 'scopeFormat', of: ({ scopeFormat }) => scopeFormat },
  { name: 'clientIdClaim', of: ({ clientIdClaim }) => clientIdClaim },
]

/** What two configurations differ in as to whose tokens are taken and how: it is in no lock file. */
export function issuerChanges(before: ResolvedConfig, after: ResolvedConfig): readonly IssuerChange[] {
  const secrets = new Set([...secretsOf(before), ...secretsOf(after)])
  // What the environment sets is not to be printed, and differs from place to place.
  const told = (value: Value): string => {
    const text = [value].flat().join(' ')
    return value === undefined ? absent : secrets.has(text) ? '(from the environment)' : text
  }
  const [was, is] = [trustedBy(before), trustedBy(after)]
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((issuer): readonly IssuerChange[] => {
    const [from, to] = [was.get(issuer), is.get(issuer)]
    const subject = { subject: 'issuer', issuer: told(issuer) } as const
    if (from === undefined) return [{ direction: 'opens', ...subject, from: absent, to: trusted }]
    if (to === undefined) return [{ direction: 'closes', ...subject, from: trusted, to: absent }]
    return compared.flatMap((each): readonly IssuerChange[] => {
      const { name } = each
      const [old, now] = [each.of(from), each.of(to)]
      if (String(old) === String(now)) return []
      const direction = each.judge?.(old, now) ?? 'changes'
      return [{ direction, ...subject, setting: name, from: told(old), to: told(now) }]
    })
  })
}

function trustedBy({ authority, authorizationServers }: ResolvedConfig): ReadonlyMap<string, Trusted> {
  const external = authorizationServers.map((settings) => [settings.issuer, settings] as const)
  return new Map<string, Trusted>([...external, ...(authority ? [['the embedded server', authority] as const] : [])])
}
