import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import type { Principal } from '@toolgate/plugin'
import { canonicalJson } from '@toolgate/audit'

/** Milliseconds that a state is good for. */
export const stateLifetimeMs = 600_000
/** Bytes of a state: beyond them answers are too large to travel. */
const largestState = 262_144
const nonceBytes = 12
const tagBytes = 16
const version = 1

/** What a state is good for, and nothing else: it is part of what is authenticated, and never leaves the host. */
export interface StateBinding {
  readonly principal: Principal
  readonly method: string
  /** Name of the tool or prompt, or URI of the resource. */
  readonly target: string
  /** As they were judged. */
  readonly args: unknown
}

/** An answer that the host has read already, or waits for: for which question, by the digest of it. */
export interface KeptAnswer {
  readonly question: string
  readonly response: unknown
}

/** What the host remembers of a call between two rounds, in the hands of the client. */
export interface RequestState {
  /** Of this state alone: what is spent is remembered by it. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly round: number
  /** Digests of the questions that were asked last, by key. */
  readonly asked: Readonly<Record<string, string>>
  readonly answers: Readonly<Record<string, KeptAnswer>>
  /** Set if an answer in it, or one that it waits for, counts once: the memory of used states that has to know of it. */
  readonly memory?: string
}

/** Why a state is not good. For the log: the wire is told one sentence for all of them. */
export class BadState extends Error {
  override readonly name = 'BadState'
}

/** Seals and opens states. */
export interface RequestStates {
  /** @throws RangeError if the state is too large to travel */
  seal(state: Omit<RequestState, 'id' | 'expiresAt'>, binding: StateBinding): string
  /** @throws BadState if it was not sealed here for this very caller and request, or is past */
  open(text: string, binding: StateBinding): RequestState
}

/**
 * States of multi round-trip requests (MCP specification 2026-07-28, basic/patterns/mrtr): AES-256-GCM with a key of this host, bound to
 * issuer, subject and client of the caller, method, target and a digest of the arguments, good for ten minutes. A state is no
 * authorization: every round is decided anew.
 *
 * @param key the key of the host; what is used here is derived from it
 * @param clock milliseconds since the epoch
 */
export function createRequestStates(key: Buffer, clock: () => number): RequestStates {
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'toolgate request state', 32))
  return {
    seal(state, binding) {
      const body = { ...state, id: randomUUID(), expiresAt: clock() + stateLifetimeMs }
      const plain = Buffer.from(JSON.stringify(body))
      if (plain.length > largestState) throw new RangeError('the answers so far are too large to travel')
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', derived, nonce).setAAD(bindingBytes(binding))
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open(text, binding) {
      const bytes = Buffer.from(text, 'base64url')
      // Base64 in another spelling is another text: what was sent is compared whole.
      if (bytes.toString('base64url') !== text) throw new BadState('it is not base64url')
      if (bytes.length <= nonceBytes + tagBytes) throw new BadState('it is too short')
      const state = JSON.parse(decrypt(derived, bytes, binding)) as RequestState
      if (clock() >= state.expiresAt) throw new BadState('it is past')
      return state
    },
  }
}

function decrypt(key: Buffer, bytes: Buffer, binding: StateBinding): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(bindingBytes(binding))
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString()
  } catch (error) {
    throw new BadState('it was not sealed here for this caller and request', { cause: error })
  }
}

function bindingBytes({ principal, method, target, args }: StateBinding): Buffer {
  const { issuer, subject, clientId } = principal
  return Buffer.from(
    JSON.stringify([version, issuer, subject, clientId ?? null, method, target, digestOf(args ?? null)]),
  )
}

/** A digest of a JSON value, whatever the order of its members. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('base64url')
}
