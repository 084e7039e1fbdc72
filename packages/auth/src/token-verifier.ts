import type { Logger } from '@toolgate/plugin'
import type { JSONWebKeySet } from 'jose'
import { decodeToken } from './decode-token.ts'
import type { UnverifiedToken } from './decode-token.ts'
import { AuthError, UnknownKeyError } from './errors.ts'
import { excerpt } from './excerpt.ts'
import type { AuthorizationServerMetadata } from './issuer-metadata.ts'
import { requireUsableSettings } from './issuer-settings.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import { resolveKeyLimits } from './key-limits.ts'
import type { KeyLimits } from './key-limits.ts'
import { KeyResolver } from './key-resolver.ts'
import type { KeySet } from './key-set.ts'
import type { KeySource } from './key-source.ts'
import { createLocalKeys } from './local-keys.ts'
import { OpaqueTokenVerifier } from './opaque-token-verifier.ts'
import { TokenCache, tokenDigest } from './token-cache.ts'
import type { TokenCacheLimits } from './token-cache.ts'
import { isJwt } from './token-form.ts'
import type { UnknownTokenPermits } from './unknown-token-limit.ts'
import { verifyAccessToken } from './verify-access-token.ts'
import type { TokenClaims, VerifiedToken } from './verify-access-token.ts'

/** An authorization server in this process: nothing is fetched from it. */
export interface LocalIssuer {
  readonly settings: IssuerSettings
  /** The public keys; another object when they change. */
  keys(): JSONWebKeySet
  /** Whether the grant and the user behind a token still stand. Asked on every request, also for a token in the cache. */
  standing(claims: TokenClaims): boolean | Promise<boolean>
}

/** What a verifier is made of. */
export interface TokenVerifierOptions {
  /** At least one; no two of the same issuer. */
  readonly issuers: readonly (IssuerSettings | LocalIssuer)[]
  readonly cache: TokenCacheLimits
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
  readonly fetch?: typeof fetch
  /** How keys are fetched and held; the defaults are those of the documentation. */
  readonly keys?: Partial<KeyLimits>
  /** What bounds questions about tokens that nobody knows, if several hosts share it. */
  readonly unknownTokens?: UnknownTokenPermits | undefined
}

/** Where a token came from. */
export interface TokenOrigin {
  /** The peer of the connection, by which tokens that nobody knows are counted; of all that have none, together. */
  readonly address?: string | undefined
}

/** Verifies the access tokens of the configured issuers. */
export interface TokenVerifier {
  /**
   * Verifies a token, or finds it in the cache: a JWT by its signature and claims, any other by what the issuer that introspects
   * says of it. A JWT, whosever it is, is sent nowhere. What is in the cache and of an external issuer is answered at once.
   *
   * @throws {AuthError} by rejecting: `invalid_token`; `keys_unavailable` if the issuer's keys cannot be had and none are held;
   *   `introspection_unavailable` or `too_many_unknown_tokens` if the issuer could not or may not be asked
   */
  verify(token: string, origin?: TokenOrigin): VerifiedToken | Promise<VerifiedToken>
  /** Asks anew whether grant and user behind a verified token stand. Of an external issuer nothing is known: true. Its times are not looked at. */
  stands(verified: VerifiedToken): Promise<boolean>
  /** Whether the keys of at least one issuer are held, or it is known where to introspect. */
  ready(): boolean
  /** Begins to fetch keys in the background, and goes on until `close`. */
  start(): void
  /** The last verified metadata of an external issuer; undefined for a local one, or one with `jwksUri`. */
  metadata(issuer: string): AuthorizationServerMetadata | undefined
  /** Ends the work in the background. */
  close(): void
}

interface Issuer {
  readonly settings: IssuerSettings
  readonly keys: KeySource
  readonly standing: LocalIssuer['standing'] | undefined
}

type Issuers = ReadonlyMap<string, Issuer>

interface Verification {
  readonly issuer: Issuer
  /** The keys that verified the token. The verification counts for as long as these are the issuer's keys. */
  readonly keys: KeySet
  readonly expiresAt: number
  readonly verified: VerifiedToken
}

/**
 * Makes the verifier of a host. The `iss` of a token picks the issuer by exact match; the keys of one issuer never verify
 * the token of another. Tokens that are no JWTs name no issuer: at most one issuer is asked about them.
 *
 * RFC 9068 section 4, RFC 8725 section 3.8, RFC 7662 section 2.
 *
 * @throws {TypeError} without an issuer, with one issuer twice, with two that introspect, or for unusable settings or limits
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { clock = Date.now } = options
  const issuers = createIssuers(options, clock)
  const cache = new TokenCache<Verification>(options.cache, clock)
  const opaque = createOpaque(options, issuers, clock)

  function cached(digest: string): Verification | undefined {
    const found = cache.get(digest)
    if (found === undefined) return undefined
    return found.issuer.keys.current() === found.keys ? found : undefined
  }

  return {
    verify(token, { address = 'unknown' } = {}) {
      const digest = tokenDigest(token)
      const known = cached(digest)
      if (known !== undefined) return known.issuer.standing === undefined ? known.verified : requireStanding(known)
      if (opaque !== undefined && !isJwt(token)) return opaque.verify(token, digest, address)
      return cache.verifyOnce(digest, () => verifyAfresh(token, issuers, clock)).then(requireStanding)
    },
    async stands({ principal, claims }) {
      const standing = issuers.get(principal.issuer)?.standing
      return standing === undefined || (await standing(claims))
    },
    ready: () => opaque?.ready() === true || [...issuers.values()].some(({ keys }) => keys.current() !== undefined),
    start() {
      for (const { keys } of issuers.values()) keys.start()
    },
    metadata: (issuer) => issuers.get(issuer)?.keys.metadata(),
    close() {
      opaque?.close()
      for (const { keys } of issuers.values()) keys.close()
    },
  }
}

/** @throws {AuthError} `invalid_token` if the issuer is in this process and says that grant or user are gone */
async function requireStanding({ issuer, verified }: Verification): Promise<VerifiedToken> {
  if (issuer.standing !== undefined && !(await issuer.standing(verified.claims))) {
    throw new AuthError('invalid_token', 'the grant or the user behind the token no longer stands')
  }
  return verified
}

/** The `iss` of the token picks the issuer; a key that is not held yet is looked for once. */
async function verifyAfresh(compact: string, issuers: Issuers, clock: () => number): Promise<Verification> {
  const token = decodeToken(compact)
  const issuer = typeof token.claims.iss === 'string' ? issuers.get(token.claims.iss) : undefined
  if (issuer === undefined) throw new AuthError('invalid_token', `iss ${excerpt(token.claims.iss)} is not configured`)
  const keys = await issuer.keys.obtain()
  try {
    return await verifyBy(keys, token, issuer, clock)
  } catch (error) {
    if (!(error instanceof UnknownKeyError)) throw error
    const renewed = await issuer.keys.renew(keys)
    if (renewed === keys) throw error
    return await verifyBy(renewed, token, issuer, clock)
  }
}

async function verifyBy(
  keys: KeySet,
  token: UnverifiedToken,
  issuer: Issuer,
  clock: () => number,
): Promise<Verification> {
  const verified = await verifyAccessToken(token, { settings: issuer.settings, keys, now: clock() / 1000 })
  return { issuer, keys, expiresAt: verified.expiresAt, verified }
}

function createOpaque(
  { cache, logger, fetch: fetcher = fetch, unknownTokens }: TokenVerifierOptions,
  issuers: Issuers,
  clock: () => number,
): OpaqueTokenVerifier | undefined {
  const made = [...issuers.values()].flatMap(({ settings, keys }) => {
    const { introspection } = settings
    if (introspection === undefined) return []
    const { maxEntries } = cache
    return new OpaqueTokenVerifier({
      settings: { ...settings, introspection },
      keys,
      maxEntries,
      logger,
      clock,
      fetch: fetcher,
      unknownTokens,
    })
  })
  if (made.length > 1) throw new TypeError('Two issuers introspect: an opaque token does not say whose it is')
  return made[0]
}

function createIssuers(options: TokenVerifierOptions, clock: () => number): Issuers {
  const { fetch: fetcher = fetch, logger } = options
  const limits = resolveKeyLimits(options.keys)
  const issuers = new Map<string, Issuer>()
  for (const given of options.issuers) {
    const settings = 'settings' in given ? given.settings : given
    requireUsableSettings(settings)
    if (issuers.has(settings.issuer)) throw new TypeError(`The issuer ${settings.issuer} is configured twice`)
    const keys =
      'settings' in given
        ? createLocalKeys(() => given.keys())
        : new KeyResolver({ settings, limits, logger, clock, fetch: fetcher })
    const standing = 'settings' in given ? (claims: TokenClaims) => given.standing(claims) : undefined
    issuers.set(settings.issuer, { settings, keys, standing })
  }
  if (issuers.size === 0) throw new TypeError('A token verifier needs an issuer')
  return issuers
}
