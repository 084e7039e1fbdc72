/** A deadline that does not run while somebody else is waited for. It costs a timer once it is started: whoever has done before needs none. */
export class Deadline {
  readonly #onLate: (ms: number) => void
  #limit: number
  #left: number
  #pauses = 0
  #since: number
  #state: 'waiting' | 'started' | 'ended' = 'waiting'
  #timer: NodeJS.Timeout | undefined

  /**
   * @param ms milliseconds of its own that a call may take
   * @param onLate hears how many they were
   * @param since of `performance.now()`: from there on they count
   */
  constructor(ms: number, onLate: (ms: number) => void, since = performance.now()) {
    this.#limit = ms
    this.#left = ms
    this.#onLate = onLate
    this.#since = since
  }

  /** From now on its end is told. The time that went by before counts. */
  start(): void {
    if (this.#state !== 'waiting') return
    this.#state = 'started'
    this.#run()
  }

  /** Stops the clock until every pause has been resumed. */
  pause(): void {
    this.#pauses++
    if (this.#pauses > 1) return
    clearTimeout(this.#timer)
    this.#left -= performance.now() - this.#since
  }

  resume(): void {
    this.#pauses--
    if (this.#pauses > 0) return
    this.#since = performance.now()
    this.#run()
  }

  /** Gives it so many milliseconds from now on. */
  restart(ms: number): void {
    clearTimeout(this.#timer)
    this.#limit = ms
    this.#left = ms
    this.#since = performance.now()
    this.#run()
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#state = 'ended'
  }

  #run(): void {
    if (this.#state !== 'started' || this.#pauses > 0) return
    const rest = this.#left - (performance.now() - this.#since)
    this.#timer = setTimeout(
      () => {
        this.#onLate(this.#limit)
      },
      Math.max(0, rest),
    )
  }
}
