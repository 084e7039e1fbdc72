import type { Logger } from '@toolgate/plugin'
import { AuthError, KeyFetchError } from './errors.ts'
import { fetchJson } from './fetch-json.ts'
import type { FetchOptions } from './fetch-json.ts'
import { discoverIssuer } from './issuer-metadata.ts'
import type { AuthorizationServerMetadata } from './issuer-metadata.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import type { KeyLimits } from './key-limits.ts'
import { createKeySet } from './key-set.ts'
import type { KeySet } from './key-set.ts'
import type { KeySource } from './key-source.ts'

/** What a resolver works with. */
export interface KeyResolverOptions {
  readonly settings: IssuerSettings
  readonly limits: KeyLimits
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  readonly fetch: typeof fetch
}

/**
 * The keys of an external issuer. They are fetched from where its metadata, or `jwksUri`, says; refreshed in the
 * background; and held through an outage. One fetch is in flight at a time, and a cooldown follows success and failure.
 *
 * Keys that the issuer withdraws are used for the refresh time and one fetch while it can be reached, and for at most the
 * hold time more, and the refresh time once more, while it cannot.
 *
 * RFC 8414 section 3, RFC 7517 section 5.
 */
export class KeyResolver implements KeySource {
  readonly #options: KeyResolverOptions
  #keys: KeySet | undefined
  #metadata: AuthorizationServerMetadata | undefined
  #fetchedAt = -Infinity
  #attemptedAt = -Infinity
  #failed = false
  #flight: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #closing = new AbortController()

  constructor(options: KeyResolverOptions) {
    this.#options = options
  }

  current(): KeySet | undefined {
    const { holdSeconds, refreshSeconds } = this.#options.limits
    if (this.#age() > (holdSeconds + 2 * refreshSeconds) * 1000) return undefined
    if (this.#isDue() && this.#mayAttempt()) void this.#refresh()
    return this.#keys?.size === 0 ? undefined : this.#keys
  }

  async obtain(): Promise<KeySet> {
    const overdue = this.#age() > 2 * this.#options.limits.refreshSeconds * 1000
    // After a failure the background goes on trying; a request waits only where there is hope of newer keys.
    if ((overdue && !this.#failed) || this.current() === undefined) await this.#attempt()
    const keys = this.current()
    if (keys !== undefined) return keys
    const detail = `no keys of the issuer ${this.#options.settings.issuer} are held`
    throw new AuthError('keys_unavailable', detail, { retryAfterSeconds: this.#retryAfterSeconds() })
  }

  async renew(known: KeySet): Promise<KeySet> {
    if (this.#keys === known) await this.#attempt()
    return this.current() ?? known
  }

  metadata(): AuthorizationServerMetadata | undefined {
    return this.#metadata
  }

  start(): void {
    if (this.#timer === undefined) this.#schedule(0)
  }

  close(): void {
    this.#closing.abort()
    clearTimeout(this.#timer)
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#tick(), delayMs).unref()
  }

  async #tick(): Promise<void> {
    if (this.#isDue()) await this.#attempt()
    if (!this.#closing.signal.aborted) this.#schedule(this.#nextTickMs())
  }

  /** Until held keys are due: a token with an unknown `kid` may have brought them meanwhile. */
  #nextTickMs(): number {
    const refreshMs = this.#options.limits.refreshSeconds * 1000
    return this.#isDue() ? Math.max(0, this.#cooldownMs()) : refreshMs - this.#age()
  }

  #age(): number {
    const now = this.#options.clock()
    // A clock that was set back must not stretch the hold: how old the keys are is unknown, so they are due.
    if (now < this.#fetchedAt) this.#fetchedAt = now - this.#options.limits.refreshSeconds * 1000
    return now - this.#fetchedAt
  }

  #isDue(): boolean {
    return this.#failed || this.#age() >= this.#options.limits.refreshSeconds * 1000
  }

  #cooldownMs(): number {
    const { cooldownSeconds, retrySeconds } = this.#options.limits
    const elapsed = this.#options.clock() - this.#attemptedAt
    // A clock that was set back must not stretch the cooldown.
    return elapsed < 0 ? 0 : (this.#failed ? retrySeconds : cooldownSeconds) * 1000 - elapsed
  }

  #mayAttempt(): boolean {
    return !this.#closing.signal.aborted && this.#flight === undefined && this.#cooldownMs() <= 0
  }

  #retryAfterSeconds(): number {
    return Math.max(1, Math.ceil(this.#cooldownMs() / 1000))
  }

  /** Joins the fetch in flight, or begins one if the cooldown allows. */
  #attempt(): Promise<void> {
    if (this.#flight !== undefined) return this.#flight
    return this.#mayAttempt() ? this.#refresh() : Promise.resolve()
  }

  #refresh(): Promise<void> {
    // From the begin: what the issuer publishes while it answers may not be in the answer.
    this.#attemptedAt = this.#options.clock()
    this.#flight = this.#fetchKeys()
      .then(
        (keys) => {
          this.#hold(keys)
        },
        (error: unknown) => {
          this.#endure(error)
        },
      )
      .finally(() => {
        this.#flight = undefined
      })
    return this.#flight
  }

  async #fetchKeys(): Promise<KeySet> {
    const { settings, limits, fetch: fetcher } = this.#options
    const fetching: FetchOptions = { ...limits, fetch: fetcher, signal: this.#closing.signal }
    if (settings.jwksUri !== undefined) return createKeySet(await fetchJson(settings.jwksUri, fetching))
    if (this.#metadata === undefined || this.#isDue()) {
      const keysOptional = settings.introspection !== undefined
      this.#metadata = await discoverIssuer(settings.issuer, { ...fetching, keysOptional })
    }
    const { jwks_uri: jwksUri } = this.#metadata
    // An issuer whose tokens are all opaque has no keys: then no JWT is good here.
    return createKeySet(jwksUri === undefined ? { keys: [] } : await fetchJson(jwksUri, fetching))
  }

  #hold(keys: KeySet): void {
    const { settings, logger } = this.#options
    if (keys.fingerprint !== this.#keys?.fingerprint) {
      if (keys.exposed > 0) {
        logger.warn('An issuer publishes private or symmetric keys; they are not used', {
          issuer: settings.issuer,
          keys: keys.exposed,
        })
      }
      logger.info('The keys of an issuer are held', { issuer: settings.issuer, keys: keys.size })
      this.#keys = keys
    }
    this.#fetchedAt = this.#attemptedAt
    this.#failed = false
  }

  #endure(error: unknown): void {
    this.#failed = true
    if (this.#closing.signal.aborted) return
    const { settings, logger } = this.#options
    const reason = error instanceof KeyFetchError ? error.message : 'an unexpected fault'
    logger.warn('The keys of an issuer cannot be fetched', {
      issuer: settings.issuer,
      reason,
      cause: error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined,
      held: this.current() !== undefined,
    })
  }
}
