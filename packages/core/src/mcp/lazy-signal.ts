/** As much of an `AbortSignal` as the host itself asks of one. */
export interface CutSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

const none: readonly (() => void)[] = Object.freeze([])

/** An `AbortController` whose signal is made when somebody asks for it: hardly any call is cut off, and few tools look. */
export class LazySignal implements CutSignal {
  /** Hardly ever more than one. */
  #listeners: readonly (() => void)[] = none
  #controller: AbortController | undefined
  #reason: unknown
  aborted = false

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** Each listener hears of it once. */
  abort(reason: Error): void {
    if (this.aborted) return
    this.aborted = true
    this.#reason = reason
    this.#controller?.abort(reason)
    const listeners = this.#listeners
    this.#listeners = none
    for (const listener of listeners) listener()
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.length === 0 ? [listener] : [...this.#listeners, listener]
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.length < 2 && this.#listeners[0] === listener ? none : this.#without(listener)
  }

  #without(listener: () => void): readonly (() => void)[] {
    return this.#listeners.filter((other) => other !== listener)
  }
}
