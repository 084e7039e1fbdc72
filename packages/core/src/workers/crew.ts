import cluster from 'node:cluster'
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { socketOf } from './session-owner.ts'
import type { SharedState } from './shared-state.ts'
import { WorkerProcess, type Listening } from './worker-process.ts'

/** What a crew needs of the host. */
export interface CrewOptions {
  readonly count: number
  readonly state: SharedState
  /** Folder of the workers' sockets. */
  readonly folder: string
  readonly logger: Logger
}

const firstWaitMs = 250
const longestWaitMs = 30_000
/** Milliseconds that a worker has to live for its end to be no failure of the start. */
const soundMs = 60_000
/** Milliseconds that a worker may take until its connections are over, of which calls have 10 s: one whose loop is blocked says nothing. */
const longestDrainMs = 12_000
/** Milliseconds that it may take to end after that, of which its plugins have 10 s. */
const longestEndMs = 15_000

/** The workers of a host: as many as were asked for, however often one of them ends. */
export class Crew {
  readonly #options: CrewOptions
  readonly #live = new Set<WorkerProcess>()
  readonly #buried = new Set<Promise<void>>()
  readonly #stopping = new AbortController()

  constructor(options: CrewOptions) {
    this.#options = options
  }

  /** Workers that live. */
  get live(): readonly WorkerProcess[] {
    return [...this.#live]
  }

  /**
   * Starts all of them. The first one goes ahead, so that what is wrong is told once, and what plugins make at their first start is made once.
   *
   * @throws what keeps one of them from listening
   */
  async start(): Promise<Listening> {
    const first = this.#fork()
    const listening = await first.listening
    const others = Array.from({ length: this.#options.count - 1 }, () => this.#fork())
    await Promise.all(others.map((worker) => worker.listening))
    for (const worker of [first, ...others]) void this.#replaceAfter(worker, 0)
    return listening
  }

  /** Lets calls finish in all of them, then ends them. */
  async drain(): Promise<void> {
    this.#stopping.abort()
    // Sessions are reached through any worker, so none of them closes before all have answered.
    const drained = this.live.map(({ link, ended }) =>
      Promise.race([link.ask('drain', {}).catch(() => undefined), ended]),
    )
    const late = new AbortController()
    await Promise.race([Promise.all(drained), delay(longestDrainMs, undefined, { signal: late.signal })])
    late.abort()
    await this.#end((worker) => {
      worker.link.tell('close', {})
    })
  }

  /** Ends all of them at once. */
  async kill(): Promise<void> {
    this.#stopping.abort()
    await this.#end((worker) => {
      worker.kill()
    })
  }

  async #end(end: (worker: WorkerProcess) => void): Promise<void> {
    const late = new AbortController()
    const killing = delay(longestEndMs, undefined, { signal: late.signal }).then(
      () => {
        for (const worker of this.#live) worker.kill()
      },
      () => undefined,
    )
    for (const worker of this.#live) end(worker)
    await Promise.all(this.live.map(({ ended }) => ended))
    late.abort()
    await killing
    await Promise.all(this.#buried)
  }

  #fork(): WorkerProcess {
    const { state, logger } = this.#options
    const worker = new WorkerProcess(
      cluster.fork(),
      (made) => state.answerersFor(made),
      (error) => {
        logger.error({ err: error }, 'a worker said what could not be followed')
      },
    )
    this.#live.add(worker)
    const buried = worker.ended.then(() => this.#bury(worker))
    this.#buried.add(buried)
    void buried.then(() => this.#buried.delete(buried))
    return worker
  }

  async #bury(worker: WorkerProcess): Promise<void> {
    const { state, folder, logger } = this.#options
    this.#live.delete(worker)
    try {
      await rm(socketOf(folder, worker.number), { force: true })
      await state.bury(worker, !this.#stopping.signal.aborted)
    } catch (error) {
      logger.error({ err: error, worker: worker.number }, 'what a worker left behind could not be put in order')
    }
  }

  /** Puts another one in the place of a worker that ends, and waits longer the more often that goes wrong. */
  async #replaceAfter(worker: WorkerProcess, failures: number): Promise<void> {
    const since = performance.now()
    const { code, signal, reason } = await worker.ended
    if (this.#stopping.signal.aborted) return
    const failed = performance.now() - since < soundMs ? failures + 1 : 1
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (failed - 1))
    const faults: unknown = reason === undefined ? undefined : Reflect.get(reason, 'faults')
    const { number, pid } = worker
    this.#options.logger.error(
      { worker: number, pid, code, signal, reason: reason?.message, faults, failed, waitMs },
      reason === undefined ? 'a worker ended: another takes its place' : 'a worker cannot start: it is tried again',
    )
    try {
      await delay(waitMs, undefined, { signal: this.#stopping.signal })
    } catch {
      return
    }
    const next = this.#fork()
    next.listening.then(
      () => {
        this.#options.logger.info({ worker: next.number, pid: next.pid }, 'a worker took the place of another')
      },
      () => undefined,
    )
    await this.#replaceAfter(next, failed)
  }
}
