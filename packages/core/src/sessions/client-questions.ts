import type { InputRequest, JSONRPCMessage, JSONRPCResponse } from '@modelcontextprotocol/server'
import { ToolError } from '@toolgate/plugin'

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

/** Questions of one client that may wait at once. */
const mostWaiting = 256

/** The requests of the host to one client, from asking until there is nothing more to come. */
export class ClientQuestions {
  readonly #answerMs: number
  readonly #waiting = new Map<string, Waiting>()
  #count = 0
  #ended = false

  /** @param answerMs milliseconds that the client may take to answer */
  constructor(answerMs: number) {
    this.#answerMs = answerMs
  }

  /**
   * Asks, by whatever way `push` is.
   *
   * @returns the client's result, not yet looked at
   * @throws ToolError if the client refuses, does not answer in time, has too much to answer, or nobody listens any more
   */
  async ask(
    push: (message: JSONRPCMessage) => void,
    { method, params }: InputRequest,
    signal: AbortSignal,
  ): Promise<unknown> {
    if (this.#ended) throw new ToolError('The session has ended.')
    if (signal.aborted) throw new ToolError('The call was given up.')
    if (this.#waiting.size >= mostWaiting) {
      throw new ToolError(`More than ${String(mostWaiting)} questions to this client would wait at once.`)
    }
    const id = `host-${String(++this.#count)}`
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#waiting.set(id, { resolve, reject })
    const late = setTimeout(() => {
      reject(new ToolError(`The client did not answer within ${timeText(this.#answerMs)}.`))
    }, this.#answerMs)
    const stop = () => {
      reject(new ToolError('The call was given up.'))
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      push({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) })
      return await promise
    } finally {
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
      // Still there: nobody answered it.
      if (this.#waiting.delete(id)) {
        push({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } })
      }
    }
  }

  /** Takes a response of the client. One that nobody waits for is late, and means nothing. */
  receive(response: JSONRPCResponse): void {
    const id = String(response.id)
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if ('error' in response) {
      waiting?.reject(new ToolError(`The client refused the question: ${response.error.message.slice(0, 200)}`))
    } else waiting?.resolve(response.result)
  }

  /** Nobody answers any more. */
  end(): void {
    this.#ended = true
    for (const { reject } of this.#waiting.values()) reject(new ToolError('The session has ended.'))
    this.#waiting.clear()
  }
}

function timeText(milliseconds: number): string {
  const minutes = milliseconds / 60_000
  return Number.isInteger(minutes) ? `${String(minutes)} minutes` : `${String(milliseconds)} ms`
}
