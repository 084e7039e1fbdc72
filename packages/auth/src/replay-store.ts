import { hash } from 'node:crypto'
import { AuthError } from './errors.ts'

/** Bounds of the memory of used proofs. */
export interface ReplayLimits {
  readonly maxEntries: number
  readonly maxEntriesPerOwner: number
}

/** A proof that is used now. */
export interface UsedProof {
  /** Whose token it came with: issuer and subject. Each has a share of its own. */
  readonly owner: string
  /** Thumbprint of the key that signed it. */
  readonly thumbprint: string
  readonly jti: string
  /** Seconds since the epoch until which the proof would pass otherwise. */
  readonly until: number
}

/** A memory of used proofs, in this process or another. */
export interface ProofMemory {
  /** Seconds since the epoch, whole: of proofs made before, nobody here knows whether they were used. */
  readonly since: number
  /** As {@link ReplayStore.use}, which answers at once. */
  use(proof: UsedProof): undefined | Promise<undefined>
}

interface Owner {
  readonly name: string
  readonly used: Set<string>
}

const defaultLimits: ReplayLimits = { maxEntries: 500_000, maxEntriesPerOwner: 100_000 }

/**
 * Remembers used proofs for as long as they would pass otherwise, so that each passes once (RFC 9449 section 11.1).
 *
 * Nothing is forgotten before its time: where there is no room the new proof is refused. An owner whose share is used up is
 * refused alone, so that nobody can push another's proof out of memory and use it again.
 *
 * It is the memory of this process: {@link ReplayStore.since} says from when on.
 */
export class ReplayStore implements ProofMemory {
  /** Seconds since the epoch, whole: of proofs made before, nobody here knows whether they were used. */
  readonly since: number
  readonly #limits: ReplayLimits
  readonly #clock: () => number
  readonly #owners = new Map<string, Owner>()
  /** By the second in which they end. */
  readonly #ends = new Map<number, { readonly owner: Owner; readonly entry: string }[]>()
  #size = 0
  #purgedAt = 0

  /** @param clock milliseconds since the epoch */
  constructor(clock: () => number, limits: ReplayLimits = defaultLimits) {
    this.#clock = clock
    this.#limits = limits
    this.since = Math.floor(clock() / 1000)
  }

  /** Number of proofs that are remembered. */
  get size(): number {
    return this.#size
  }

  /**
   * Takes a proof as used. To be called last, after everything else about request, token and proof held: a stranger must not be
   * able to use up the `jti` of another.
   *
   * @throws {AuthError} `invalid_dpop_proof` if it was used before, `proof_not_recorded` if there is no room
   */
  use({ owner: name, thumbprint, jti, until }: UsedProof): undefined {
    this.#purge()
    const entry = hash('sha256', `${thumbprint} ${jti}`, 'base64')
    const owner = this.#owners.get(name) ?? { name, used: new Set() }
    if (owner.used.has(entry)) throw new AuthError('invalid_dpop_proof', 'the proof was used before')
    if (owner.used.size >= this.#limits.maxEntriesPerOwner) this.#refuse('the share of this caller')
    if (this.#size >= this.#limits.maxEntries) this.#refuse('the memory')
    const end = Math.floor(until) + 1
    const ending = this.#ends.get(end) ?? []
    ending.push({ owner, entry })
    this.#ends.set(end, ending)
    owner.used.add(entry)
    this.#owners.set(name, owner)
    this.#size++
  }

  #refuse(what: string): never {
    const seconds = Math.min(...this.#ends.keys()) - Math.floor(this.#clock() / 1000)
    throw new AuthError('proof_not_recorded', `${what} of used proofs is full`, {
      retryAfterSeconds: Math.max(1, seconds),
    })
  }

  #purge(): void {
    const second = Math.floor(this.#clock() / 1000)
    if (second === this.#purgedAt) return
    this.#purgedAt = second
    for (const [end, ended] of this.#ends) {
      if (end > second) continue
      for (const { owner, entry } of ended) {
        owner.used.delete(entry)
        if (owner.used.size === 0) this.#owners.delete(owner.name)
      }
      this.#size -= ended.length
      this.#ends.delete(end)
    }
  }
}
