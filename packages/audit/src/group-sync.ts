import { fdatasync } from 'node:fs'

/** From the start of one unwaited sync to the next. */
const INTERVAL_MS = 1000
/** After a quiet time: so that the outcome of a quick call is on the disk with its decision. */
const SOON_MS = 5

/** Whom a file tells of its syncs. */
export interface SyncWatch<Mark> {
  /** What is in the file as a sync starts. */
  readonly begin: () => Mark
  /** That much is on the disk. */
  readonly synced: (mark: Mark) => void
  /** A sync failed: the kernel may have dropped what it had taken, so nothing is synced again. Told once. */
  readonly failed: (cause: Error) => void
}

/** Forces one file to the disk (fdatasync), one sync at a time. */
export class GroupSync<Mark> {
  readonly #fd: number
  readonly #watch: SyncWatch<Mark>
  #timer: NodeJS.Timeout | undefined
  #running: Promise<unknown> | undefined
  #wanted = false
  #started = -Infinity
  #failure: Error | undefined
  #group: PromiseWithResolvers<undefined> | undefined

  constructor(fd: number, watch: SyncWatch<Mark>) {
    this.#fd = fd
    this.#watch = watch
  }

  /** Syncs unwaited: within a second of the last sync or, if that is longer ago, within 5 ms. */
  schedule(): void {
    this.#wanted = true
    if (this.#running !== undefined || this.#timer !== undefined) return
    const due = this.#started + INTERVAL_MS - performance.now()
    this.#timer = setTimeout(
      () => {
        this.#start()
      },
      Math.max(SOON_MS, due),
    ).unref()
  }

  /** Waits for a sync that began after this call: it starts as soon as the running one ends, for all who wait by then. */
  commit(): Promise<undefined> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    this.#group ??= Promise.withResolvers()
    const { promise } = this.#group
    if (this.#running === undefined) this.#start()
    return promise
  }

  /** Waits until nothing runs and nobody waits. */
  async stop(): Promise<void> {
    while (this.#running !== undefined) {
      this.#wanted = false
      await this.#running
    }
    this.#wanted = false
    clearTimeout(this.#timer)
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#wanted = false
    this.#started = performance.now()
    const waiting = this.#group
    this.#group = undefined
    const mark = this.#watch.begin()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#running = promise
    fdatasync(this.#fd, (cause) => {
      this.#running = undefined
      if (cause === null) this.#succeed(mark, waiting)
      else this.#fail(cause, waiting)
      resolve(undefined)
    })
  }

  #succeed(mark: Mark, waiting: PromiseWithResolvers<undefined> | undefined): void {
    this.#watch.synced(mark)
    waiting?.resolve(undefined)
    if (this.#group !== undefined) this.#start()
    else if (this.#wanted) this.schedule()
  }

  #fail(cause: Error, waiting: PromiseWithResolvers<undefined> | undefined): void {
    this.#failure = cause
    this.#watch.failed(cause)
    waiting?.reject(cause)
    this.#group?.reject(cause)
  }
}
