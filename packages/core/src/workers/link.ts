import type { Questions, Shape } from './messages.ts'
import { fromWireError, toWireError, type WireError } from './wire-error.ts'

/** What is done with what is asked, by kind. */
export type Answerers<Asked extends Questions<Asked>> = {
  readonly [Kind in keyof Asked]: (
    asked: Asked[Kind]['asked'],
  ) => Asked[Kind]['answer'] | Promise<Asked[Kind]['answer']>
}

/** What a link is made with. */
export interface LinkOptions<In extends Questions<In>> {
  /** Hands a message to the other process. */
  readonly send: (message: object) => void
  readonly answerers: Answerers<In>
  /** What each kind must look like: what does not is not let in. */
  readonly shapes: Readonly<Record<keyof In, Shape>>
  /** When what waits is sent: at the end of the turn, or as soon as what runs now is over. */
  readonly defer: (send: () => void) => void
  /** Hears of what went wrong where nobody waits for an answer. */
  readonly onFault: (error: unknown) => void
}

type Item =
  | { readonly kind: string; readonly asked: object; readonly number?: number }
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly error: WireError }

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * One end of the channel between the primary and a worker. Both ask and both answer; what comes up at the same time travels together. A
 * channel that is lost answers nothing: whoever waits is told so, and nothing that needed the answer runs.
 */
export class Link<Out extends Questions<Out>, In extends Questions<In>> {
  readonly #options: LinkOptions<In>
  readonly #waiting = new Map<number, Waiting>()
  #items: Item[] = []
  #onSent: (() => void)[] = []
  #count = 0
  #lost: Error | undefined

  constructor(options: LinkOptions<In>) {
    this.#options = options
  }

  /** Whether the other process can be reached. */
  get isIntact(): boolean {
    return this.#lost === undefined
  }

  /**
   * Asks, and waits for the answer.
   *
   * @param onSent is called as soon as what is asked can be changed no more
   * @throws whatever the other process throws, and Error once the channel is lost
   */
  ask<Kind extends keyof Out & string>(
    kind: Kind,
    asked: Out[Kind]['asked'],
    onSent?: () => void,
  ): Promise<Out[Kind]['answer']> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const number = ++this.#count
    this.#waiting.set(number, { resolve, reject })
    if (onSent !== undefined) this.#onSent.push(onSent)
    this.#queue({ kind, asked, number })
    return promise
  }

  /** Says something that needs no answer. */
  tell<Kind extends keyof Out & string>(kind: Kind, asked: Out[Kind]['asked']): void {
    if (this.#lost === undefined) this.#queue({ kind, asked })
  }

  /** Takes what came from the other process. Messages that are none of this channel are left to others. */
  take(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('toolgate' in message)) return
    if (!Array.isArray(message.toolgate)) return
    for (const item of message.toolgate as Item[]) {
      if ('kind' in item) this.#answer(item)
      else this.#settle(item)
    }
  }

  /** The channel is lost: whoever waits is told. */
  lose(error: Error): void {
    this.#lost ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    this.#items = []
  }

  /** Settles when nobody waits for an answer. */
  async idle(): Promise<void> {
    while (this.#waiting.size > 0 || this.#items.length > 0) await new Promise((resolve) => setImmediate(resolve))
  }

  #settle(item: Exclude<Item, { readonly kind: string }>): void {
    const waiting = this.#waiting.get(item.number)
    this.#waiting.delete(item.number)
    if ('error' in item) waiting?.reject(fromWireError(item.error))
    else waiting?.resolve(item.answer)
  }

  #answer({ kind, asked, number }: Extract<Item, { readonly kind: string }>): void {
    const answered = (answer: unknown) => {
      if (number !== undefined) this.#queue({ number, answer })
    }
    const failed = (error: unknown) => {
      if (number === undefined) this.#options.onFault(error)
      else this.#queue({ number, error: toWireError(error) })
    }
    try {
      const answer = this.#answererOf(kind, asked)(asked)
      if (answer instanceof Promise) answer.then(answered, failed)
      else answered(answer)
    } catch (error) {
      failed(error)
    }
  }

  #answererOf(kind: string, asked: unknown): (asked: object) => unknown {
    const { answerers, shapes } = this.#options
    if (!Object.hasOwn(shapes, kind)) throw new TypeError(`an unknown kind of message: ${kind}`)
    const known = kind as keyof In
    if (!hasShape(asked, shapes[known])) throw new TypeError(`a malformed message: ${kind}`)
    return answerers[known]
  }

  #queue(item: Item): void {
    if (this.#lost !== undefined) return
    this.#items.push(item)
    if (this.#items.length > 1) return
    this.#options.defer(() => {
      this.#send()
    })
  }

  #send(): void {
    const items = this.#items
    const onSent = this.#onSent
    this.#items = []
    this.#onSent = []
    for (const sent of onSent) sent()
    if (items.length > 0) this.#options.send({ toolgate: items })
  }
}

function hasShape(value: unknown, shape: Shape): value is object {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(shape).every(([key, type]) => {
    const member: unknown = Reflect.get(value, key)
    if (type === 'object?' && member === undefined) return true
    const isObject = typeof member === 'object' && member !== null
    return type === 'object' || type === 'object?' ? isObject : typeof member === type
  })
}
