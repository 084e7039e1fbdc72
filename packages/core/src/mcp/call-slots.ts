import type { Principal } from '@toolgate/plugin'
import { rpcCode, rpcRefusal } from '../errors.ts'

/** Milliseconds that a handler may go on after its call was cut off before its place is given away. */
const graceMs = 60_000

/** The place of one call among those that its caller may run at once. It is free again when the handler has settled. */
export interface CallSlot {
  /** The handler starts, unless the place was given up before: from now on only its end frees the place. */
  readonly start: () => boolean
  /** The handler has settled. */
  readonly end: () => void
  /** The call was cut off: a handler that heeds no signal keeps the place for a minute, not for good. */
  readonly cutOff: () => void
  /** The call will not run, or is over: frees the place unless the handler still runs. True if it never began. */
  readonly leave: () => boolean
}

/**
 * Bounds the calls of one caller that run at once, so that nobody can pile up work of plugins.
 *
 * @param limit calls per caller, which is issuer and subject
 * @returns takes places; throws Refusal 429 with `Retry-After` if there are too few
 */
export function createCallSlots(limit: number): (principal: Principal, count: number) => readonly CallSlot[] {
  const taken = new Map<string, number>()
  return (principal, count) => {
    if (count === 0) return []
    const key = JSON.stringify([principal.issuer, principal.subject])
    const before = taken.get(key) ?? 0
    if (before + count > limit) throw tooMany(limit)
    taken.set(key, before + count)
    return Array.from({ length: count }, () =>
      createSlot(() => {
        const left = (taken.get(key) ?? 1) - 1
        if (left === 0) taken.delete(key)
        else taken.set(key, left)
      }),
    )
  }
}

function createSlot(free: () => void): CallSlot {
  let state: 'waiting' | 'running' | 'free' = 'waiting'
  const end = () => {
    if (state === 'free') return
    state = 'free'
    free()
  }
  return {
    start: () => {
      if (state !== 'waiting') return false
      state = 'running'
      return true
    },
    end,
    cutOff: () => {
      setTimeout(end, graceMs).unref()
    },
    leave: () => {
      if (state !== 'waiting') return false
      end()
      return true
    },
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
