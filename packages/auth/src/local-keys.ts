import type { JSONWebKeySet } from 'jose'
import { AuthError } from './errors.ts'
import { createKeySet } from './key-set.ts'
import type { KeySet } from './key-set.ts'
import type { KeySource } from './key-source.ts'

/**
 * Keys of an authority in this process: asked for, never fetched. `keys` answers another object when the keys change.
 */
export function createLocalKeys(keys: () => JSONWebKeySet): KeySource {
  let document: JSONWebKeySet | undefined
  let held: KeySet | undefined

  function current(): KeySet | undefined {
    const latest = keys()
    if (latest !== document) {
      const made = createKeySet(latest)
      if (made.fingerprint !== held?.fingerprint) held = made
      document = latest
    }
    return held?.size === 0 ? undefined : held
  }

  return {
    current,
    obtain() {
      const set = current()
      if (set !== undefined) return Promise.resolve(set)
      return Promise.reject(
        new AuthError('keys_unavailable', 'the local authority has no public key', { retryAfterSeconds: 1 }),
      )
    },
    renew: (known) => Promise.resolve(known),
    metadata: () => undefined,
    start() {},
    close() {},
  }
}
