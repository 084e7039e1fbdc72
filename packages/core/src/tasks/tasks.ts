import type { Principal } from '@toolgate/plugin'
import { randomBytes } from 'node:crypto'
import { internalError, rpcCode } from '../errors.ts'
import type { RunningTask } from './running-task.ts'
import { TaskLimit } from './task-limit.ts'
import { TaskEnds } from './task-ends.ts'
import type { TaskEnd, TaskRecord, TaskRecords } from './task-records.ts'

/** How tasks are bounded. Times are milliseconds. */
export interface TaskLimits {
  /** That a handler may take, beside the time for which a client is waited for; more if its tool says more. */
  readonly runMs: number
  /** From its beginning after which a task is removed. */
  readonly ttlMs: number
  /** Between two looks of a client. */
  readonly pollIntervalMs: number
  readonly runningPerCaller: number
  readonly running: number
  readonly tasksPerCaller: number
  readonly tasks: number
  /** Of arguments and results; whatever still runs counts with the largest result that it may have. */
  readonly bytesPerCaller: number
  readonly bytes: number
}

const mebibyte = 1_048_576

const defaultLimits: TaskLimits = {
  runMs: 3_600_000,
  ttlMs: 7_200_000,
  pollIntervalMs: 1_000,
  runningPerCaller: 16,
  running: 1_000,
  tasksPerCaller: 256,
  tasks: 10_000,
  bytesPerCaller: 128 * mebibyte,
  bytes: 4_096 * mebibyte,
}

/** What a task is begun with. */
export interface TaskBeginning {
  readonly principal: Principal
  readonly tool: string
  readonly args: unknown
  readonly demanded: readonly string[]
  readonly requestId: string
  readonly running: RunningTask
  /** Settles when its handler has ended and is on record. */
  readonly done: Promise<unknown>
}

/** A task, and what runs of it. */
export interface FoundTask {
  readonly record: TaskRecord
  /** Absent where it has ended. */
  readonly running: RunningTask | undefined
}

interface Live {
  readonly running: RunningTask
  readonly done: Promise<unknown>
}

const sweepMs = 30_000
const restart: TaskEnd = {
  status: 'failed',
  message: 'The host was stopped before the task ended.',
  result: undefined,
  error: JSON.stringify({ code: rpcCode.internalError, message: internalError, data: { reason: 'restart' } }),
}

/**
 * The tasks of a host. An id is 256 random bits and belongs to issuer, subject and client of who made it. A task that has not ended
 * when its host does has failed: nobody would go on with it.
 */
export class Tasks {
  readonly limits: TaskLimits
  readonly #records: TaskRecords
  readonly #ends: TaskEnds
  readonly #clock: () => number
  readonly #resultBytes: number
  readonly #onChange: (id: string) => void
  readonly #live = new Map<string, Live>()
  readonly #sweeping: NodeJS.Timeout
  #closed = false

  /**
   * The clock tells milliseconds since the epoch; `resultBytes` is what the result of a tool may have.
   */
  constructor(
    records: TaskRecords,
    options: {
      readonly clock: () => number
      readonly resultBytes: number
      readonly limits?: Partial<TaskLimits>
      /** Hears of which task the status, or what it waits for, is another. */
      readonly onChange?: ((id: string) => void) | undefined
    },
  ) {
    this.#records = records
    this.#ends = new TaskEnds(records, options.clock)
    this.#clock = options.clock
    this.#resultBytes = options.resultBytes
    this.#onChange = options.onChange ?? (() => undefined)
    const least = 4 * options.resultBytes
    this.limits = {
      ...defaultLimits,
      bytesPerCaller: Math.max(defaultLimits.bytesPerCaller, least),
      bytes: Math.max(defaultLimits.bytes, least),
      ...options.limits,
    }
    this.#sweeping = setInterval(() => {
      this.#sweepAll()
    }, sweepMs).unref()
  }

  /** Ends what the last host of this folder left behind, and says what that was. */
  failLost(): readonly TaskRecord[] {
    this.#ends.writeWaiting()
    const lost = this.#records.working()
    for (const { id } of lost) this.#records.settle(id, restart, this.#clock())
    return lost
  }

  /**
   * Begins a task; it is on disk when this returns.
   *
   * @throws TaskLimit if there is no room
   */
  begin({ principal, tool, args, demanded, requestId, running, done }: TaskBeginning): FoundTask {
    const caller = JSON.stringify([principal.issuer, principal.subject])
    const argumentsJson = JSON.stringify(args ?? {})
    this.sweep()
    this.#requireRoom(caller, Buffer.byteLength(argumentsJson))
    const id = randomBytes(32).toString('base64url')
    const createdAt = this.#clock()
    const record = {
      ...{ id, owner: ownerOf(principal), caller, tool, arguments: argumentsJson, requestId, createdAt },
      demanded: JSON.stringify(demanded),
      expiresAt: createdAt + this.limits.ttlMs,
    }
    this.#records.insert(record)
    this.#live.set(id, { running, done })
    running.begin(() => {
      this.#onChange(id)
    })
    const none = { message: undefined, result: undefined, error: undefined }
    return { record: { ...record, ...none, status: 'working', updatedAt: createdAt }, running }
  }

  /** The task of this principal; undefined for one that is unknown, past, or another's: the three are alike. */
  find(id: unknown, principal: Principal): FoundTask | undefined {
    const kept = typeof id === 'string' ? this.#records.get(id) : undefined
    if (kept?.owner !== ownerOf(principal) || kept.expiresAt <= this.#clock()) return undefined
    const record = this.#ends.see(kept)
    return { record, running: record.status === 'working' ? this.#live.get(record.id)?.running : undefined }
  }

  /**
   * Keeps what a task came to, unless it was cancelled before.
   *
   * @throws what the database throws if it cannot be written now: it is tried again, and the task has ended all the same
   */
  settle(id: string, end: TaskEnd): void {
    if (this.#live.delete(id)) this.#end(id, end)
  }

  /** Ends a task and cuts its handler off, if it has not ended. */
  cancel({ record: { id }, running }: FoundTask): void {
    const message = 'The task was cancelled.'
    const end: TaskEnd = { status: 'cancelled', message, result: undefined, error: undefined }
    try {
      this.#end(id, end)
    } finally {
      running?.stop('the task was cancelled')
    }
  }

  /**
   * Removes some of what is past; what still runs of it is cut off.
   *
   * @returns whether there may be more of it
   */
  sweep(): boolean {
    const removed = this.#records.removeExpired(this.#clock())
    for (const id of removed) {
      this.#live.get(id)?.running.stop('the task is past')
      this.#live.delete(id)
      this.#ends.forget(id)
    }
    return removed.length > 0
  }

  /** Ends whatever runs, as failed by the stop of the host. */
  async close(): Promise<void> {
    clearInterval(this.#sweeping)
    this.#closed = true
    const live = [...this.#live.values()]
    this.failLost()
    for (const { running } of live) running.stop('the host stops')
    await Promise.allSettled(live.map(({ done }) => done))
    this.#records.close()
  }

  #end(id: string, end: TaskEnd): void {
    let ended = true
    try {
      ended = this.#ends.keep(id, end)
    } finally {
      if (ended) this.#onChange(id)
    }
  }

  /** Removes all that is past, with turns for others in between. */
  #sweepAll(): void {
    if (this.#closed) return
    this.#ends.writeWaiting()
    try {
      if (this.sweep()) {
        setImmediate(() => {
          this.#sweepAll()
        }).unref()
      }
    } catch {
      // A disk that is full is told of to whoever begins a task; what is past is removed when there is room again.
    }
  }

  #requireRoom(caller: string, bytes: number): void {
    const { limits } = this
    const own = this.#records.usage(caller)
    const all = this.#records.usage()
    const reserved = (running: number) => bytes + (running + 1) * this.#resultBytes
    if (
      own.running >= limits.runningPerCaller ||
      own.tasks >= limits.tasksPerCaller ||
      own.bytes + reserved(own.running) > limits.bytesPerCaller
    ) {
      throw new TaskLimit('caller')
    }
    if (
      all.running >= limits.running ||
      all.tasks >= limits.tasks ||
      all.bytes + reserved(all.running) > limits.bytes
    ) {
      throw new TaskLimit('host')
    }
  }
}

function ownerOf({ issuer, subject, clientId }: Principal): string {
  return JSON.stringify([issuer, subject, clientId ?? null])
}
