import type { SharedAudit } from '@toolgate/audit'
import { ReplayStore, UnknownTokenLimit } from '@toolgate/auth'
import type { ResolvedConfig } from '@toolgate/config'
import { randomBytes } from 'node:crypto'
import { createSpentStates } from '../asking/spent-states.ts'
import { sessionLimitsOf, subscriptionLimitsOf } from '../limits-of.ts'
import { createCallPlaces } from '../mcp/call-places.ts'
import { createStreamPlaces } from '../subscriptions/stream-places.ts'
import type { Answerers } from './link.ts'
import type { ToPrimary, Update, Welcome } from './messages.ts'
import { SessionCensus } from './session-census.ts'
import type { WorkerProcess } from './worker-process.ts'

/** What the primary has that only one process can have. */
export interface SharedStateOptions {
  readonly config: ResolvedConfig
  readonly audit: SharedAudit
  /** Workers that live. */
  readonly workers: () => readonly WorkerProcess[]
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Folder of the workers' sockets. */
  readonly folder: string
}

/** What the answers of the primary to one worker are, aside from its start. */
export type StateAnswerers = Omit<Answerers<ToPrimary>, 'listening' | 'failed'>

/** Audit, used proofs, used states and all counts of one host. No code of a plugin runs where they are. */
export class SharedState {
  readonly #options: SharedStateOptions
  readonly #proofs: ReplayStore
  readonly #spent: ReturnType<typeof createSpentStates>
  readonly #calls: ReturnType<typeof createCallPlaces>
  readonly #streams: ReturnType<typeof createStreamPlaces>
  readonly #unknownTokens: UnknownTokenLimit
  readonly #sessions: SessionCensus
  readonly #nonceKey = randomBytes(32).toString('base64url')
  #fingerprint: string | undefined

  constructor(options: SharedStateOptions) {
    const { config, clock, workers } = options
    this.#options = options
    this.#proofs = new ReplayStore(clock)
    this.#spent = createSpentStates(clock)
    this.#calls = createCallPlaces(config.limits.concurrentCalls)
    this.#streams = createStreamPlaces(subscriptionLimitsOf(config.limits))
    this.#unknownTokens = new UnknownTokenLimit(clock)
    this.#sessions = new SessionCensus(sessionLimitsOf(config.limits), workers)
  }

  /** What is answered to one worker. */
  answerersFor(worker: WorkerProcess): StateAnswerers {
    const { holdings } = worker
    return {
      join: () => this.#welcome(worker),
      admit: ({ fingerprint }) => (this.#fingerprint ??= fingerprint) === fingerprint,
      audit: ({ records }) => this.#record(worker, records),
      'use-proof': (proof) => {
        this.#proofs.use(proof)
        return null
      },
      'spend-state': (state) => this.#spent.spend(state),
      'take-calls': ({ caller, count }) =>
        this.#lendCalls(worker, caller, count) || this.#recallCalls(worker, caller, count),
      'free-calls': ({ caller, count }) => {
        this.#freeCalls(worker, caller, count)
        return null
      },
      'take-stream': ({ caller }) => {
        const room = this.#streams.take(caller)
        if (room === 'taken') holdings.streams.add(caller, 1)
        return room
      },
      'free-stream': ({ caller }) => {
        this.#streams.free(caller)
        holdings.streams.add(caller, -1)
        return null
      },
      'take-session': ({ caller }) => this.#sessions.take(worker, caller),
      'free-session': ({ caller }) => {
        this.#sessions.free(worker, caller)
        return null
      },
      'take-unknown-token': ({ address }) => {
        holdings.keepPermit(address, this.#unknownTokens.take(address))
        return null
      },
      'give-unknown-token': ({ address }) => {
        holdings.givePermit(address)
        return null
      },
      updated: (update) => this.#tellOthers(worker, update),
    }
  }

  /**
   * A worker has ended: what it had is free, and what it ran has failed.
   *
   * @param abruptly false where all end in good order, and each says itself what became of its calls
   */
  async bury(worker: WorkerProcess, abruptly: boolean): Promise<void> {
    const { calls, streams, sessions } = worker.holdings
    for (const [caller, count] of calls.drain()) this.#calls.free(caller, count)
    for (const [caller, count] of streams.drain()) {
      for (let left = count; left > 0; left -= 1) this.#streams.free(caller)
    }
    for (const [caller, count] of sessions.drain()) this.#sessions.free(worker, caller, count)
    if (!abruptly) return
    await Promise.all(
      worker.holdings
        .unfinished()
        .map(({ requestId, durationMs }) => this.#options.audit.outcome({ requestId, outcome: 'failed', durationMs })),
    )
  }

  #lendCalls({ holdings }: WorkerProcess, caller: string, count: number): boolean {
    const taken = this.#calls.take(caller, count)
    if (taken) holdings.calls.add(caller, count)
    return taken
  }

  #freeCalls({ holdings }: WorkerProcess, caller: string, count: number): void {
    this.#calls.free(caller, count)
    holdings.calls.add(caller, -count)
  }

  /** Nobody is refused for places that lie idle at another worker. */
  async #recallCalls(worker: WorkerProcess, caller: string, count: number): Promise<boolean> {
    const { workers } = this.#options
    const lent = workers().filter((other) => other !== worker && other.holdings.calls.of(caller) > 0)
    await Promise.all(
      lent.map(async (other) => {
        const idle = await other.link.ask('recall-calls', { caller }).catch(() => 0)
        this.#freeCalls(other, caller, idle)
      }),
    )
    // It may have ended meanwhile, and would never give them back.
    return workers().includes(worker) && this.#lendCalls(worker, caller, count)
  }

  #welcome({ number }: WorkerProcess): Welcome {
    const { config, folder } = this.#options
    const { since } = this.#proofs
    const memory = this.#spent.id
    return { worker: number, workers: config.workers, folder, since, nonceKey: this.#nonceKey, memory }
  }

  async #record({ holdings }: WorkerProcess, records: ToPrimary['audit']['asked']['records']): Promise<null> {
    try {
      const kept = records.map(({ line, begins, ends }) => {
        const written = this.#options.audit.take(line)
        if (begins !== undefined) holdings.begin(begins)
        if (ends !== undefined) holdings.end(ends)
        return written
      })
      await Promise.all(new Set(kept))
      return null
    } catch (error) {
      // Whoever handed them in is told, and runs nothing.
      for (const { begins } of records) if (begins !== undefined) holdings.end(begins)
      throw error
    }
  }

  #tellOthers(worker: WorkerProcess, update: Update): null {
    for (const other of this.#options.workers()) if (other !== worker) other.link.tell('updated', update)
    return null
  }
}
