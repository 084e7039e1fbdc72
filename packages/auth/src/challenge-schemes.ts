import { unauthorizedChallenge } from './challenges.ts'
import type { ChallengeOptions, ChallengeScheme } from './challenges.ts'
import type { DpopSettings } from './dpop-settings.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import type { CredentialScheme } from './read-credentials.ts'

/** The schemes by which tokens are good at a host; at least one, Bearer first. */
export type ChallengeSchemes = readonly [ChallengeScheme, ...ChallengeScheme[]]

/** Bytes that the challenges of one answer may have together; common proxies give up at 8 KiB for all headers. */
const LONGEST = 4_096

/**
 * The schemes of a host: DPoP where an issuer's tokens may be bound, Bearer unless all issuers' must be.
 *
 * Bearer stands first, in a header line of its own: clients of the 2025 SDK read the first scheme alone.
 */
export function challengeSchemes(
  issuers: readonly Pick<IssuerSettings, 'dpop'>[],
  { algorithms }: Pick<DpopSettings, 'algorithms'>,
): ChallengeSchemes {
  const bearer = { name: 'Bearer' } as const
  const dpop = { name: 'DPoP', algorithms } as const
  if (issuers.length > 0 && issuers.every((issuer) => issuer.dpop === 'required')) return [dpop]
  return issuers.some((issuer) => issuer.dpop !== 'off') ? [bearer, dpop] : [bearer]
}

/**
 * The scheme to answer a caller in whose token was good: the one by which it came. A bound token comes by DPoP alone, any
 * other by Bearer alone (RFC 9449 sections 7.1 and 7.2).
 *
 * @param keyThumbprint of the key that the token is bound to, if it is
 */
export function schemeOfCaller(schemes: ChallengeSchemes, keyThumbprint: string | undefined): ChallengeScheme {
  return find(schemes, keyThumbprint === undefined ? 'Bearer' : 'DPoP')
}

/**
 * The challenges of an answer to somebody who is not authenticated, a header line each: every scheme of the host, and the error in
 * the one that was used. Where the lines get too long together, the scopes stand in the first alone, or in none.
 *
 * RFC 9110 section 11.6.1, RFC 9449 section 7.1.
 *
 * @param used the scheme of the request, if it had one
 * @param write the challenge that names the error
 * @throws {TypeError} for a scope or URL with characters that a challenge cannot carry
 */
export function challengeLines(
  schemes: ChallengeSchemes,
  used: CredentialScheme | undefined,
  options: ChallengeOptions,
  write: (options: ChallengeOptions) => string,
): readonly string[] {
  const erring = used === undefined ? schemes[0] : find(schemes, used)
  const line = (scheme: ChallengeScheme, more: ChallengeOptions): string =>
    (scheme === erring ? write : unauthorizedChallenge)({ ...more, scheme })
  const withScopes = (count: number) =>
    schemes.map((scheme, index) => line(scheme, index < count ? options : { ...options, scopes: [] }))
  for (const count of [schemes.length, 1]) {
    const lines = withScopes(count)
    if (Buffer.byteLength(lines.join()) <= LONGEST) return lines
  }
  return withScopes(0)
}

function find(schemes: ChallengeSchemes, name: CredentialScheme): ChallengeScheme {
  return schemes.find((scheme) => scheme.name === name) ?? schemes[0]
}
