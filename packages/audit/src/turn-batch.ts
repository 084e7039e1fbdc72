/**
 * Lines that come up in one turn of the event loop, which are written together: as soon as the turn ends, or before if someone
 * cannot wait. Calls that arrived together so share a write.
 */
export class TurnBatch {
  readonly #write: (lines: string) => void
  #lines = ''
  #group: PromiseWithResolvers<undefined> | undefined
  readonly #endOfTurn = (): void => {
    this.flush()
  }

  /** @param write - takes lines, with a newline between two of them; throws if any of them did not get there: then none did */
  constructor(write: (lines: string) => void) {
    this.#write = write
  }

  /** Characters that wait. */
  get length(): number {
    return this.#lines.length
  }

  /** Adds a line. What is returned settles when all lines of this turn were written, or rejects with what `write` threw. */
  add(line: string): Promise<undefined> {
    if (this.#group !== undefined) {
      this.#lines += `\n${line}`
      return this.#group.promise
    }
    this.#lines = line
    this.#group = Promise.withResolvers()
    // Who gave up on a call for another reason waits no more.
    this.#group.promise.catch(() => undefined)
    setImmediate(this.#endOfTurn)
    return this.#group.promise
  }

  /** Writes now what waits, and says what went wrong. */
  flush(): Error | undefined {
    const group = this.#group
    if (group === undefined) return undefined
    const lines = this.#lines
    this.#group = undefined
    this.#lines = ''
    try {
      this.#write(lines)
    } catch (error) {
      group.reject(error)
      return error as Error
    }
    group.resolve(undefined)
    return undefined
  }
}
