import type { Principal } from '@toolgate/plugin'
import { boundKeyOf } from './bound-key.ts'
import type { BoundKey } from './bound-key.ts'
import type { UnverifiedToken } from './decode-token.ts'
import { AuthError, UnknownKeyError } from './errors.ts'
import { excerpt } from './excerpt.ts'
import { freezeDeep } from './freeze-deep.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import type { KeySet } from './key-set.ts'
import { isScopeToken } from './scope-token.ts'
import { verifySignature } from './verify-signature.ts'

/** The claims of a verified token, as its issuer wrote them. */
export type TokenClaims = Readonly<Record<string, unknown>>

/** What a good token says, without the token itself. */
export interface VerifiedToken {
  readonly principal: Principal
  /** `exp`, in seconds since the epoch. */
  readonly expiresAt: number
  /** `jti`, if the token has one. */
  readonly id: string | undefined
  /** The key that the token is bound to: without a proof of it at this very request the token is not good. */
  readonly boundKey: BoundKey | undefined
  /** Every claim, for the rules that turn claims into scopes; never for plugins, which see `principal` alone. */
  readonly claims: TokenClaims
}

/** By what a token is judged. */
export interface VerificationContext {
  readonly settings: IssuerSettings
  readonly keys: KeySet
  /** Seconds since the epoch. */
  readonly now: number
}

/** The last second that a `Date` can hold. */
const LAST_SECOND = 8_640_000_000_000

/**
 * Verifies a JWT access token against the settings and keys of its issuer.
 *
 * Checks, in this order: no `crit`; `typ` and `alg` by allow-list; the signature, by the issuer's keys that fit `alg` and
 * `kid`; `iss` exact; `aud` contains exactly the audience; `sub` a non-empty string; `cnf` as
 * {@link boundKeyOf} says; `exp` required and not past; `nbf` not ahead; `iat` not ahead; scopes of RFC 6749 characters.
 *
 * Where `dangerouslyAllowMissingTokenType` is set, a header without any `typ` passes too; one that is there, whatever it
 * says, is still judged by the allow-list. An ID token without `typ` is then kept out by `aud`, which is its client and not
 * the resource (OpenID Connect Core section 2).
 *
 * Does NOT check: that a token is no ID token, where neither `typ` nor `aud` tells; that the token was revoked;
 * `client_id`, `jti` and the chosen claims beyond their type; `auth_time`, `acr`; that the caller holds the key of
 * a bound token, which is for {@link ProofVerifier}. `jku`, `x5u`, `jwk` and `x5c` are ignored: `kid` is a look-up key among keys that are held already.
 *
 * RFC 9068 section 4, RFC 7519 sections 4.1 and 7.2, RFC 7515 sections 4.1.11 and 5.2, RFC 8725 section 3, RFC 7800
 * section 3.1.
 *
 * @returns the frozen result
 * @throws {AuthError} `invalid_token`
 */
export async function verifyAccessToken(token: UnverifiedToken, context: VerificationContext): Promise<VerifiedToken> {
  const { settings, now } = context
  const alg = requireHeader(token.header, settings)
  await requireSignature(token, alg, context.keys)
  return acceptClaims(token.claims, settings, now)
}

/**
 * `crit`, `typ` and `alg` of {@link verifyAccessToken}.
 *
 * @returns `alg`
 * @throws {AuthError} `invalid_token`
 */
export function requireHeader(header: UnverifiedToken['header'], settings: IssuerSettings): string {
  if (Object.hasOwn(header, 'crit')) refuse('the header has crit')
  requireTokenType(header, settings)
  return requireAlgorithm(header.alg, settings)
}

/**
 * What comes after the signature in {@link verifyAccessToken}.
 *
 * @throws {AuthError} `invalid_token`
 */
export function acceptClaims(claims: UnverifiedToken['claims'], settings: IssuerSettings, now: number): VerifiedToken {
  if (claims.iss !== settings.issuer) refuse('iss is not the issuer whose keys were used')
  requireAudience(claims.aud, settings)
  requireSubject(claims)
  const boundKey = boundKeyOf(claims, settings)

  const skew = settings.clockSkewSeconds
  const expiresAt = numericDate(claims, 'exp')
  if (expiresAt === undefined) refuse('exp is missing')
  if (now - skew >= expiresAt) refuse(`expired ${seconds(now - expiresAt)} ago`)
  const notBefore = numericDate(claims, 'nbf')
  if (notBefore !== undefined && notBefore > now + skew) refuse(`not valid for another ${seconds(notBefore - now)}`)
  const issuedAt = numericDate(claims, 'iat')
  if (issuedAt !== undefined && issuedAt > now + skew) refuse(`issued ${seconds(issuedAt - now)} in the future`)

  const id = optionalString(claims, 'jti')
  return freezeDeep({ principal: principalOf(claims, settings), expiresAt, id, boundKey, claims })
}

/**
 * Who the claims are about, by the settings of their issuer: nothing about time or audience is looked at.
 *
 * @throws {AuthError} `invalid_token` for a claim of another type than the settings say
 */
export function principalOf(claims: UnverifiedToken['claims'], settings: IssuerSettings): Principal {
  return {
    issuer: settings.issuer,
    subject: requireSubject(claims),
    clientId: optionalString(claims, settings.clientIdClaim),
    scopes: scopesOf(claims, settings),
    claims: chosenClaims(claims, settings),
  }
}

function requireSubject({ sub }: UnverifiedToken['claims']): string {
  if (typeof sub !== 'string' || sub === '') refuse('sub is not a non-empty string')
  return sub
}

function refuse(detail: string): never {
  throw new AuthError('invalid_token', detail)
}

function seconds(value: number): string {
  return `${String(Math.round(value))} s`
}

/** Media types compare without case, and `application/` may be left out (RFC 7515 section 4.1.9). */
function mediaType(value: string): string {
  const lower = value.toLowerCase()
  return lower.includes('/') ? lower : `application/${lower}`
}

function requireTokenType(header: UnverifiedToken['header'], settings: IssuerSettings): void {
  const { tokenTypes, dangerouslyAllowMissingTokenType } = settings
  if (!Object.hasOwn(header, 'typ')) {
    if (dangerouslyAllowMissingTokenType) return
    refuse('typ is missing')
  }
  const { typ } = header
  if (typeof typ !== 'string') refuse('typ is not a string')
  if (!tokenTypes.some((accepted) => mediaType(accepted) === mediaType(typ))) refuse(`typ is ${excerpt(typ)}`)
}

function requireAlgorithm(alg: unknown, { algorithms }: IssuerSettings): string {
  if (typeof alg !== 'string' || !algorithms.includes(alg)) refuse(`alg is ${excerpt(alg)}`)
  return alg
}

async function requireSignature(token: UnverifiedToken, alg: string, keys: KeySet): Promise<void> {
  if (token.header.kid !== undefined && typeof token.header.kid !== 'string') refuse('kid is not a string')
  const candidates = await keys.candidates(token.header)
  if (candidates.length === 0) throw new UnknownKeyError(token.header.kid)
  for (const key of candidates) {
    try {
      await verifySignature(token, alg, key)
      return
    } catch {
      // The next key may fit: without a kid, several do.
    }
  }
  refuse('the signature does not verify')
}

function requireAudience(aud: unknown, { audience }: IssuerSettings): void {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audiences.every((value) => typeof value === 'string')) refuse('aud is not a string or an array of strings')
  if (!audiences.includes(audience)) refuse(`aud is not ${excerpt(audience)}`)
}

function numericDate(claims: UnverifiedToken['claims'], name: 'exp' | 'nbf' | 'iat'): number | undefined {
  if (!Object.hasOwn(claims, name)) return undefined
  const value = claims[name]
  if (typeof value !== 'number' || !(value >= 0 && value <= LAST_SECOND)) refuse(`${name} is not a date in seconds`)
  return value
}

function optionalString(claims: UnverifiedToken['claims'], name: string): string | undefined {
  if (!Object.hasOwn(claims, name)) return undefined
  const value = claims[name]
  if (typeof value !== 'string' || value === '') refuse(`the claim ${name} is not a non-empty string`)
  return value
}

function scopesOf(claims: UnverifiedToken['claims'], { scopeClaim, scopeFormat }: IssuerSettings): readonly string[] {
  if (!Object.hasOwn(claims, scopeClaim)) return []
  const value = claims[scopeClaim]
  const tokens: unknown = scopeFormat === 'array' ? value : typeof value === 'string' ? splitScopes(value) : undefined
  if (!Array.isArray(tokens)) refuse(`the claim ${scopeClaim} is not a scope ${scopeFormat}`)
  const scopes = tokens.filter(isScopeToken)
  if (scopes.length < tokens.length) refuse(`the claim ${scopeClaim} holds what is no scope-token`)
  return [...new Set(scopes)]
}

function splitScopes(value: string): readonly string[] {
  return value === '' ? [] : value.split(' ')
}

function chosenClaims(claims: UnverifiedToken['claims'], settings: IssuerSettings): Record<string, unknown> {
  return Object.fromEntries(
    settings.claims.filter((name) => Object.hasOwn(claims, name)).map((name) => [name, claims[name]]),
  )
}
