import type { TaskEnd, TaskRecord, TaskRecords } from './task-records.ts'

/**
 * How tasks ended. What the disk does not take is held until it does, and shown meanwhile: whoever asks for its task is told what it
 * came to, as long as this process lives.
 */
export class TaskEnds {
  readonly #records: TaskRecords
  readonly #clock: () => number
  readonly #waiting = new Map<string, TaskEnd>()

  /** @param clock milliseconds since the epoch */
  constructor(records: TaskRecords, clock: () => number) {
    this.#records = records
    this.#clock = clock
  }

  /**
   * Keeps the end of a task.
   *
   * @returns whether it has ended by this; it has not if it had before
   * @throws what the database throws if it cannot be written now; the task has ended all the same
   */
  keep(id: string, end: TaskEnd): boolean {
    if (this.#waiting.has(id)) return false
    try {
      return this.#records.settle(id, end, this.#clock())
    } catch (error) {
      this.#waiting.set(id, end)
      throw error
    }
  }

  /** A task as it is, whether or not its end is written yet. */
  see(record: TaskRecord): TaskRecord {
    const end = this.#waiting.get(record.id)
    return end === undefined ? record : { ...record, ...end }
  }

  /** Writes what waits, as far as that can be done. */
  writeWaiting(): void {
    for (const [id, end] of this.#waiting) {
      try {
        this.#records.settle(id, end, this.#clock())
        this.#waiting.delete(id)
      } catch {
        // It is tried again.
      }
    }
  }

  /** The task is removed. */
  forget(id: string): void {
    this.#waiting.delete(id)
  }
}
