import type { HandedRecord } from '@toolgate/audit'
import type { UsedProof } from '@toolgate/auth'
import type { Owner } from '@toolgate/registry'
import type { SpendableState, Spending } from '../asking/spent-states.ts'
import type { StreamRoom } from '../subscriptions/stream-places.ts'
import type { HostSummary } from '../summary.ts'
import type { WireError } from './wire-error.ts'

/** Questions by kind: what is asked, and what is answered. */
export type Questions<Kinds> = { readonly [Kind in keyof Kinds]: { readonly asked: object; readonly answer: unknown } }

/** What a worker has to know before it opens anything. */
export interface Welcome {
  /** Number of this worker: no other one of this host has it, before or after. */
  readonly worker: number
  /** How many there are. */
  readonly workers: number
  /** Where each worker has a socket for what belongs to it. */
  readonly folder: string
  /** Seconds since the epoch: used proofs are remembered from then on. */
  readonly since: number
  /** Of the nonces of proofs, base64url. */
  readonly nonceKey: string
  /** Names the memory of used states. */
  readonly memory: string
}

interface Told<Asked extends object> {
  readonly asked: Asked
  readonly answer: null
}

interface OfCaller {
  /** Issuer and subject, as JSON. */
  readonly caller: string
}

interface OfAddress {
  readonly address: string
}

/** A resource changed, says a plugin. */
export interface Update {
  readonly plugin: string
  readonly uri: string
  readonly owner?: Owner | undefined
}

/** When the session that its caller misses least was used, in milliseconds since the epoch. */
export interface OldestSession {
  readonly idle: boolean
  readonly usedAt: number
}

/** What a worker says to the primary. */
export interface ToPrimary {
  readonly join: { readonly asked: object; readonly answer: Welcome }
  /** Whether configuration and plugins are those that the host was started with. */
  readonly admit: { readonly asked: { readonly fingerprint: string }; readonly answer: boolean }
  readonly listening: Told<{ readonly port: number; readonly summary: HostSummary }>
  /** It cannot start, and ends. */
  readonly failed: Told<{ readonly error: WireError }>
  readonly audit: Told<{ readonly records: readonly HandedRecord[] }>
  readonly 'use-proof': Told<UsedProof>
  readonly 'spend-state': { readonly asked: SpendableState; readonly answer: Spending }
  readonly 'take-calls': { readonly asked: OfCaller & { readonly count: number }; readonly answer: boolean }
  readonly 'free-calls': Told<OfCaller & { readonly count: number }>
  readonly 'take-stream': { readonly asked: OfCaller; readonly answer: StreamRoom }
  readonly 'free-stream': Told<OfCaller>
  readonly 'take-session': { readonly asked: OfCaller; readonly answer: boolean }
  readonly 'free-session': Told<OfCaller>
  readonly 'take-unknown-token': Told<OfAddress>
  readonly 'give-unknown-token': Told<OfAddress>
  readonly updated: Told<Update>
}

/** What the primary says to a worker. */
export interface ToWorker {
  /** Answered when every connection of a client is over. */
  readonly drain: Told<object>
  /** Everything is let go of, and the process ends. */
  readonly close: Told<object>
  readonly updated: Told<Update>
  /** How many places of a caller nobody uses there: they are lent no more. */
  readonly 'recall-calls': { readonly asked: OfCaller; readonly answer: number }
  readonly 'oldest-session': { readonly asked: OfCaller; readonly answer: OldestSession | null }
  readonly 'end-oldest-session': Told<OfCaller>
}

/** What the members of a message must be; with a question mark they may be left out. */
export type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object' | 'object?'>>

const nothing: Shape = {}
const caller: Shape = { caller: 'string' }
const calls: Shape = { caller: 'string', count: 'number' }
const address: Shape = { address: 'string' }
const update: Shape = { plugin: 'string', uri: 'string', owner: 'object?' }

/** What the primary lets in. */
export const shapesToPrimary: Readonly<Record<keyof ToPrimary, Shape>> = {
  join: nothing,
  admit: { fingerprint: 'string' },
  listening: { port: 'number', summary: 'object' },
  failed: { error: 'object' },
  audit: { records: 'object' },
  'use-proof': { owner: 'string', thumbprint: 'string', jti: 'string', until: 'number' },
  'spend-state': { id: 'string', expiresAt: 'number', owner: 'string' },
  'take-calls': calls,
  'free-calls': calls,
  'take-stream': caller,
  'free-stream': caller,
  'take-session': caller,
  'free-session': caller,
  'take-unknown-token': address,
  'give-unknown-token': address,
  updated: update,
}

/** What a worker lets in. */
export const shapesToWorker: Readonly<Record<keyof ToWorker, Shape>> = {
  drain: nothing,
  close: nothing,
  updated: update,
  'recall-calls': caller,
  'oldest-session': caller,
  'end-oldest-session': caller,
}
