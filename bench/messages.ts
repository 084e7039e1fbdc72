import type { JWK } from 'jose'

/** Who calls, and with what. */
export interface Caller {
  readonly token: string
  /** The private key that the token is bound to, if it is: each request then carries a proof of its own. */
  readonly proofKey?: JWK
  /** Tokens that take turns with the first. */
  readonly further?: readonly string[]
}

/** What a server of the benchmark is told when it is started. */
export interface PartySettings {
  readonly issuer: string
  readonly jwksUri: string
  /** The URL that clients use, and the audience of their tokens. The server listens on its port of 127.0.0.1. */
  readonly resource: string
  readonly toolCount: number
  /** Whether the recipe makes its schemas once and not, as its guide does, for every request. */
  readonly sharedSchemas: boolean
  /** Whether a token that was verified is remembered. */
  readonly tokenCache: boolean
  /** A folder of the server's own, inside this repository. */
  readonly folder: string
}

/** What a server has used up since it was started. */
export interface PartyUsage {
  readonly cpuMicroseconds: number
  readonly rssBytes: number
}

/** What a server's process holds after a collection, in bytes. */
export interface PartyMemory {
  /** What the system counts as the process's own (RSS). */
  readonly residentBytes: number
  /** The part of it that is the young generation of the engine's heap, full or not. */
  readonly youngBytes: number
  /** Objects of JavaScript, and what they hold outside of its heap (`heapUsed` and `external`). */
  readonly heapBytes: number
}

/** What the benchmark asks a server's process. */
export type PartyQuestion = 'usage' | 'memory'

/** What a server's process tells the benchmark. */
export type PartyMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'usage'; readonly usage: PartyUsage }
  | { readonly type: 'memory'; readonly memory: PartyMemory }

/** Revisions that stand for the two families of the protocol. */
export const FAMILIES = ['2026-07-28', '2025-11-25'] as const
/** One of {@link FAMILIES}. */
export type Family = (typeof FAMILIES)[number]
/** What the load asks for. */
export type Method = 'tools/call' | 'tools/list'

/** One stretch of load on one server. */
export interface LoadJob {
  readonly port: number
  /** One connection each. */
  readonly callers: readonly Caller[]
  readonly family: Family
  readonly method: Method
  readonly toolCount: number
  readonly durationMs: number
}

/** What came of a stretch of load. */
export interface LoadResult {
  readonly requests: number
  /** From the first request to the last answer. */
  readonly elapsedMs: number
  /** Within which 99 of 100 answers came. */
  readonly p99Microseconds: number
  /** Within which half of the answers came. */
  readonly p50Microseconds: number
  /** Processor time of the generator. */
  readonly cpuMicroseconds: number
  /** The first answer that was wrong, or undefined. */
  readonly fault: string | undefined
}
