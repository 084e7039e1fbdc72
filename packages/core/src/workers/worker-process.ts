import type { Worker } from 'node:cluster'
import { HostError } from '../errors.ts'
import { Holdings } from './holdings.ts'
import { Link, type Answerers } from './link.ts'
import { shapesToPrimary, type OldestSession, type ToPrimary, type ToWorker } from './messages.ts'
import type { SessionHolder } from './session-census.ts'
import { fromWireError } from './wire-error.ts'

/** How a process ended. */
export interface WorkerEnd {
  readonly code: number | null
  readonly signal: string | null
  /** What it said before, if it could not start. */
  readonly reason: Error | undefined
}

/** Where a worker listens, and what it has to say. */
export type Listening = ToPrimary['listening']['asked']

/** A worker as the primary knows it. */
export class WorkerProcess implements SessionHolder {
  readonly number: number
  readonly holdings = new Holdings()
  readonly link: Link<ToWorker, ToPrimary>
  /** Rejects if it ends before. */
  readonly listening: Promise<Listening>
  readonly ended: Promise<WorkerEnd>
  readonly #process: Worker
  #reason: Error | undefined

  /**
   * @param forked just now
   * @param answerersFor makes what is answered to this one
   * @param onFault hears what it said that could not be followed
   */
  constructor(
    forked: Worker,
    answerersFor: (worker: WorkerProcess) => Omit<Answerers<ToPrimary>, 'listening' | 'failed'>,
    onFault: (error: unknown) => void,
  ) {
    this.number = forked.id
    this.#process = forked
    const listening = Promise.withResolvers<Listening>()
    this.listening = listening.promise
    listening.promise.catch(() => undefined)
    this.link = new Link<ToWorker, ToPrimary>({
      send: (message) => {
        // One that has ended hears nothing, and its end is told elsewhere.
        if (forked.isConnected()) forked.send(message, (error) => error)
      },
      answerers: {
        ...answerersFor(this),
        listening: (asked) => {
          listening.resolve(asked)
          return null
        },
        failed: ({ error }) => {
          this.#reason = fromWireError(error)
          return null
        },
      },
      shapes: shapesToPrimary,
      defer: queueMicrotask,
      onFault,
    })
    forked.on('message', (message: unknown) => {
      this.link.take(message)
    })
    this.ended = new Promise((resolve) => {
      forked.once('exit', (code: number | null, signal: string | null) => {
        this.link.lose(new Error('the worker has ended'))
        listening.reject(this.#reason ?? endedEarly(signal ?? `exit code ${String(code)}`))
        resolve({ code, signal, reason: this.#reason })
      })
    })
    forked.on('error', onFault)
  }

  get pid(): number | undefined {
    return this.#process.process.pid
  }

  get sessions(): Holdings['sessions'] {
    return this.holdings.sessions
  }

  oldest(caller: string): Promise<OldestSession | null> {
    return this.link.ask('oldest-session', { caller })
  }

  endOldest(caller: string): Promise<unknown> {
    return this.link.ask('end-oldest-session', { caller })
  }

  /** Ends it at once. */
  kill(): void {
    this.#process.process.kill('SIGKILL')
  }
}

function endedEarly(how: string): HostError {
  const message = `a worker ended before it served: ${how}`
  const mend = 'Its log says why; with workers set to 1 the same happens in one process.'
  return new HostError('workers-failed', message, [{ path: 'workers', message, mend }])
}
