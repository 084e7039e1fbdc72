/** A request that can be given up by a message of its own, from before it is decided until there is nothing more to come. */
export class RunningRequest {
  readonly #end: () => void
  #cancelled = false
  #cancelWith: (() => void) | undefined

  /** @param end told when it is over */
  constructor(end: () => void) {
    this.#end = end
  }

  get cancelled(): boolean {
    return this.#cancelled
  }

  /** Says how it is cancelled, once it can be: at once, if it was given up before. */
  set onCancel(cancel: () => void) {
    this.#cancelWith = cancel
    if (this.#cancelled) cancel()
  }

  /** The client gives it up. */
  cancel(): void {
    if (this.#cancelled) return
    this.#cancelled = true
    this.#cancelWith?.()
  }

  /** It is over, or never began. */
  readonly end = (): void => {
    this.#end()
  }
}
