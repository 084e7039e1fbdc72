import type { Logger } from '@toolgate/plugin'
import { LRUCache } from 'lru-cache'
import { acceptIntrospection } from './accept-introspection.ts'
import { AuthError, IntrospectionFailure } from './errors.ts'
import { createClientAuthentication } from './introspection-client-authentication.ts'
import type { ClientAuthentication } from './introspection-client-authentication.ts'
import { introspectToken } from './introspect-token.ts'
import type { IntrospectionSettings } from './introspection-settings.ts'
import { IssuerOutage } from './issuer-outage.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import { introspectionEndpointOf } from './issuer-metadata.ts'
import type { KeySource } from './key-source.ts'
import { TokenCache } from './token-cache.ts'
import { requireOpaqueForm } from './token-form.ts'
import { UnknownTokenLimit, type UnknownTokenPermits } from './unknown-token-limit.ts'
import type { VerifiedToken } from './verify-access-token.ts'

/** What the verifier of opaque tokens works with. */
export interface OpaqueTokenVerifierOptions {
  readonly settings: IssuerSettings & { readonly introspection: IntrospectionSettings }
  /** Holds the issuer's metadata, which may name the endpoint. */
  readonly keys: KeySource
  /** Tokens that are held in each cache. */
  readonly maxEntries: number
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  readonly fetch: typeof fetch
  /** The permits that several hosts share; those of this verifier alone by default. */
  readonly unknownTokens?: UnknownTokenPermits | undefined
}

interface Refused {
  readonly error: AuthError
  /** Milliseconds since the epoch. */
  readonly until: number
}

const MAX_BYTES = 1024 * 1024
const COOLDOWN_SECONDS = 5

/**
 * Verifies tokens that are no JWTs by asking their issuer. One question is in flight per token. What is active is held until `exp` or for
 * `cacheSeconds`, through an outage too; what is not, in a cache of its own. A token that was active once is asked about without
 * limit as often as its cache time allows; any other takes a permit of {@link UnknownTokenLimit}.
 *
 * RFC 7662 sections 2 and 4.
 */
export class OpaqueTokenVerifier {
  readonly #options: OpaqueTokenVerifierOptions
  readonly #authenticate: ClientAuthentication
  readonly #active: TokenCache<VerifiedToken>
  readonly #refused: LRUCache<string, Refused>
  /** Digests of tokens that were active, with when they end. */
  readonly #known: LRUCache<string, number>
  readonly #limit: UnknownTokenPermits
  readonly #outage: IssuerOutage
  readonly #closing = new AbortController()

  /** @throws {TypeError} for a client key that cannot be used */
  constructor(options: OpaqueTokenVerifierOptions) {
    const { settings, maxEntries, clock } = options
    const { introspection, issuer } = settings
    const max = Math.max(1, maxEntries)
    this.#options = options
    this.#authenticate = createClientAuthentication(introspection, issuer)
    this.#active = new TokenCache({ maxEntries, maxAgeSeconds: introspection.cacheSeconds }, clock)
    this.#refused = new LRUCache({ max })
    this.#known = new LRUCache({ max })
    this.#limit = options.unknownTokens ?? new UnknownTokenLimit(clock)
    this.#outage = new IssuerOutage(COOLDOWN_SECONDS, clock)
  }

  /**
   * Verifies a token, or finds what was said of it before.
   *
   * @param digest of the token, by which it is held
   * @param address of the peer that sent it
   * @throws {AuthError} `invalid_token`; `introspection_unavailable` if it could not be judged; `too_many_unknown_tokens` if it was not
   */
  async verify(token: string, digest: string, address: string): Promise<VerifiedToken> {
    requireOpaqueForm(token)
    const held = this.#active.get(digest)
    if (held !== undefined) return held
    const refused = this.#refused.get(digest)
    if (refused !== undefined && this.#options.clock() < refused.until) throw refused.error
    return this.#active.verifyOnce(digest, () => this.#ask(token, digest, address))
  }

  /** Whether it is known where to ask. */
  ready(): boolean {
    return this.#endpoint() !== undefined
  }

  /** Ends what is in flight. */
  close(): void {
    this.#closing.abort()
  }

  async #ask(token: string, digest: string, address: string): Promise<VerifiedToken> {
    const { settings, clock } = this.#options
    // Before the limit, so that an outage uses up nobody's permits.
    if (this.#outage.holdsOff()) throw this.#heldOff()
    const giveBack = this.#isKnown(digest) ? () => undefined : await this.#limit.take(address)
    try {
      const answer = await this.#question(token)
      const verified = acceptIntrospection(answer, { settings, token, now: clock() / 1000 })
      giveBack()
      this.#known.set(digest, verified.expiresAt * 1000)
      this.#refused.delete(digest)
      return verified
    } catch (error) {
      if (error instanceof IntrospectionFailure) throw this.#endure(error, digest, giveBack)
      if (error instanceof AuthError && error.code === 'invalid_token') this.#refuse(digest, error)
      else giveBack()
      throw error
    }
  }

  #isKnown(digest: string): boolean {
    const until = this.#known.get(digest)
    return until !== undefined && this.#options.clock() < until
  }

  async #question(token: string): ReturnType<typeof introspectToken> {
    const { settings, clock, fetch: fetcher } = this.#options
    const endpoint = this.#endpoint() ?? (await this.#findEndpoint())
    if (!this.#outage.mayAsk()) throw this.#heldOff()
    try {
      const credentials = await this.#authenticate(clock() / 1000)
      const { timeoutMs } = settings.introspection
      const fetching = { fetch: fetcher, timeoutMs, maxBytes: MAX_BYTES, signal: this.#closing.signal }
      const answer = await introspectToken(endpoint, token, credentials, fetching)
      this.#outage.succeeded()
      return answer
    } catch (error) {
      // An answer that does not do is still an answer: one token must not keep all others from being asked about.
      if (error instanceof IntrospectionFailure && error.reach === 'token') this.#outage.succeeded()
      else this.#outage.failed()
      throw error
    }
  }

  #heldOff(): AuthError {
    const retryAfterSeconds = this.#outage.retryAfterSeconds()
    return new AuthError('introspection_unavailable', 'the issuer did not answer a moment ago', { retryAfterSeconds })
  }

  #endpoint(): string | undefined {
    const { settings, keys } = this.#options
    return settings.introspection.endpoint ?? introspectionEndpointOf(keys.metadata(), settings.issuer)
  }

  async #findEndpoint(): Promise<string> {
    let retryAfterSeconds = COOLDOWN_SECONDS
    try {
      await this.#options.keys.obtain()
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      retryAfterSeconds = error.retryAfterSeconds ?? retryAfterSeconds
    }
    const endpoint = this.#endpoint()
    if (endpoint !== undefined) return endpoint
    const detail = 'no metadata of the issuer is held that names a usable introspection_endpoint'
    throw new AuthError('introspection_unavailable', detail, { retryAfterSeconds })
  }

  #endure(failure: IntrospectionFailure, digest: string, giveBack: () => void): AuthError {
    const { settings, logger } = this.#options
    const error = new AuthError('introspection_unavailable', failure.message, { retryAfterSeconds: COOLDOWN_SECONDS })
    if (failure.reach === 'issuer') giveBack()
    else this.#refused.set(digest, { error, until: this.#options.clock() + COOLDOWN_SECONDS * 1000 })
    if (this.#closing.signal.aborted) return error
    logger.warn('An issuer could not be asked about a token', {
      issuer: settings.issuer,
      reason: failure.message,
      cause: failure.cause instanceof Error ? failure.cause.message : undefined,
    })
    return error
  }

  #refuse(digest: string, error: AuthError): void {
    const { settings, clock } = this.#options
    this.#known.delete(digest)
    this.#refused.set(digest, { error, until: clock() + settings.introspection.inactiveCacheSeconds * 1000 })
  }
}
