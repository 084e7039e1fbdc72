import type { Logger } from '@toolgate/plugin'
import { createTokenVerifier, resolveIssuerSettings } from '../../src/index.ts'
import type { IssuerOptions, TokenVerifier, TokenVerifierOptions } from '../../src/index.ts'
import { RESOURCE } from './issuer.ts'

/** A verifier of one external issuer, whose clock the test moves. */
export interface Bench extends Disposable {
  readonly verifier: TokenVerifier
  /** Every line that was logged. */
  readonly log: string[]
  /** Milliseconds since the epoch. */
  time: number
  /** Seconds since the epoch. */
  now(): number
  /** Moves the clock by seconds. */
  advance(seconds: number): void
}

export function createLog(): { logger: Logger; log: string[] } {
  const log: string[] = []
  function write(message: string, fields?: Readonly<Record<string, unknown>>): void {
    log.push(`${message} ${JSON.stringify(fields)}`)
  }
  return { logger: { debug: write, info: write, warn: write, error: write }, log }
}

export function createBench(
  issuers: readonly IssuerOptions[],
  options: Partial<Omit<TokenVerifierOptions, 'issuers' | 'logger'>> = {},
): Bench {
  const { logger, log } = createLog()
  const bench: Bench = {
    log,
    time: Date.parse('2027-01-01T00:00:00Z'),
    now: () => bench.time / 1000,
    advance(seconds) {
      bench.time += seconds * 1000
    },
    verifier: createTokenVerifier({
      issuers: issuers.map((issuer) => resolveIssuerSettings(issuer, RESOURCE)),
      cache: { maxEntries: 100, maxAgeSeconds: 60 },
      clock: () => bench.time,
      ...options,
      logger,
    }),
    [Symbol.dispose]() {
      bench.verifier.close()
    },
  }
  return bench
}
