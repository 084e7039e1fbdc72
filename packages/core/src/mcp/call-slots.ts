import type { Principal } from '@toolgate/plugin'
import { rpcCode, rpcRefusal } from '../errors.ts'
import { createCallPlaces, type CallPlaces, type OwnCallPlaces } from './call-places.ts'

/** Milliseconds that a handler may go on after its call was cut off before its place is given away. */
const graceMs = 60_000

/** The place of one call among those that its caller may run at once. It is free again when the handler has settled. */
export interface CallSlot {
  /** The handler starts, unless the place was given up before: from now on only its end frees the place. */
  start(): boolean
  /** The handler has settled. */
  end(): void
  /** The call was cut off: a handler that heeds no signal keeps the place for a minute, not for good. */
  cutOff(): void
  /** Code of the plugin goes on though the call does not: the place stays taken until it settles, for a minute at most. */
  keep(running: Promise<unknown>): void
  /** The call will not run, or is over: frees the place unless the handler still runs. True if it never began. */
  leave(): boolean
}

/** Takes the places of so many calls at once. Throws or rejects with Refusal 429 with `Retry-After` if there are too few. */
export type TakeSlots = (principal: Principal, count: number) => readonly CallSlot[] | Promise<readonly CallSlot[]>

/**
 * Bounds the calls of one caller that run at once, so that nobody can pile up work of plugins.
 *
 * @param limit calls per caller, which is issuer and subject
 * @param places where they are counted; in this process alone by default, which is answered at once
 */
export function createCallSlots(
  limit: number,
  places?: OwnCallPlaces,
): (...call: Parameters<TakeSlots>) => readonly CallSlot[]
export function createCallSlots(limit: number, places: CallPlaces | undefined): TakeSlots
export function createCallSlots(limit: number, places: CallPlaces = createCallPlaces(limit)): TakeSlots {
  // A token in the cache brings the same principal with every request.
  const keys = new WeakMap<Principal, string>()
  const free = (key: string) => {
    places.free(key, 1)
  }
  return (principal, count) => {
    if (count === 0) return []
    const key = keys.get(principal) ?? keyOf(principal)
    keys.set(principal, key)
    const taken = places.take(key, count)
    if (taken === true) return slotsOf(count, key, free)
    if (taken === false) throw tooMany(limit)
    return taken.then((given) => {
      if (!given) throw tooMany(limit)
      return slotsOf(count, key, free)
    })
  }
}

function slotsOf(count: number, key: string, free: (key: string) => void): readonly CallSlot[] {
  const slots: CallSlot[] = []
  while (slots.length < count) slots.push(new Place(key, free))
  return slots
}

function keyOf({ issuer, subject }: Principal): string {
  return JSON.stringify([issuer, subject])
}

class Place implements CallSlot {
  readonly #key: string
  readonly #free: (key: string) => void
  #state: 'waiting' | 'running' | 'free' = 'waiting'
  #kept = false

  constructor(key: string, free: (key: string) => void) {
    this.#key = key
    this.#free = free
  }

  start(): boolean {
    if (this.#state !== 'waiting') return false
    this.#state = 'running'
    return true
  }

  end(): void {
    if (this.#state === 'free') return
    this.#state = 'free'
    if (!this.#kept) this.#free(this.#key)
  }

  cutOff(): void {
    setTimeout(() => {
      this.end()
    }, graceMs).unref()
  }

  keep(running: Promise<unknown>): void {
    this.#kept = true
    const settle = () => {
      if (!this.#kept) return
      this.#kept = false
      if (this.#state === 'free') this.#free(this.#key)
    }
    setTimeout(settle, graceMs).unref()
    void running.then(settle, settle)
  }

  leave(): boolean {
    if (this.#state !== 'waiting') return false
    this.end()
    return true
  }
}

function tooMany(limit: number): Error {
  return rpcRefusal({
    status: 429,
    code: rpcCode.unavailable,
    message: `More than ${String(limit)} calls of yours would run at once: wait for one to end`,
    headers: { 'Retry-After': '1' },
  })
}
