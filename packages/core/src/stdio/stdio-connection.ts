import type { Readable, Writable } from 'node:stream'
import { rpcCode, rpcRefusal, type Refusal } from '../errors.ts'
import { toEnvelope, unexpectedResponse } from '../mcp/envelope.ts'
import { parseJson } from '../mcp/parse-json.ts'
import { batchRevision } from '../mcp/revisions.ts'
import { envelopeOn } from './agreement.ts'
import { LineRequests, type LineRequestsOptions } from './line-requests.ts'
import { createLineWriter, type LineWriter } from './line-writer.ts'
import { cancelledIds, isNotification, isResponse } from './message-kind.ts'
import { readLines } from './read-lines.ts'
import type { StdioSession } from './stdio-session.ts'

/** What a connection is made of. */
export interface StdioConnectionOptions extends Omit<LineRequestsOptions, 'writer'> {
  readonly limits: { readonly bodyBytes: number; readonly concurrentCalls: number }
  readonly input: Readable
  readonly output: Writable
}

/** Requests that may be on their way beside the calls that may run. */
const further = 64

/**
 * One client on a pair of streams: rooms 5 to 8 for each line (MCP specification, basic/transports, stdio). There is no room 4: who calls
 * is settled when the process starts.
 */
export class StdioConnection {
  readonly #options: StdioConnectionOptions
  readonly #writer: LineWriter
  readonly #requests: LineRequests
  readonly #stopping = Promise.withResolvers<undefined>()
  #stopped = false

  constructor(options: StdioConnectionOptions) {
    this.#options = options
    this.#writer = createLineWriter(options.output)
    this.#requests = new LineRequests({ ...options, writer: this.#writer })
    this.#writer.gone.addEventListener('abort', () => {
      this.stop()
      this.cancelAll()
    })
  }

  /** The session of a client of a revision before 2026-07-28, once it is there. */
  get session(): StdioSession | undefined {
    return this.#requests.session
  }

  /** Takes line by line until there are no more, or until it is stopped. What was taken may still be on its way then. */
  async serve(): Promise<void> {
    const { input, limits, logger } = this.#options
    try {
      for await (const line of readLines(input as AsyncIterable<Buffer>, limits.bodyBytes)) {
        if (this.#stopped) return
        await this.#take(line)
        await this.#room()
      }
    } catch (error) {
      if (!this.#stopped) logger.warn({ err: error }, 'standard input broke off')
    } finally {
      // Who says nothing more answers nothing more.
      this.session?.end()
    }
  }

  /** Takes nothing more. */
  stop(): void {
    this.#stopped = true
    this.#stopping.resolve(undefined)
    this.#options.input.destroy()
  }

  /** Ends what is on its way, unanswered. */
  cancelAll(): void {
    this.#requests.cancelAll()
  }

  /** Settles when nothing is on its way. */
  async idle(): Promise<void> {
    while (this.#requests.open.size > 0) await Promise.race(this.#requests.open)
  }

  /** Settles when the client has taken what was written, or is gone. Nothing is written after it was asked for. */
  flush(): Promise<void> {
    return this.#writer.end()
  }

  /** Who does not read is not read from, and no more is taken at once than is bounded. */
  async #room(): Promise<void> {
    const { open } = this.#requests
    const most = this.#options.limits.concurrentCalls + further
    const stopping = this.#stopping.promise
    const drained = this.#writer.drained()
    if (drained !== undefined) await Promise.race([drained, stopping])
    while (!this.#stopped && open.size >= most) await Promise.race([...open, stopping])
  }

  async #take(line: Buffer | undefined): Promise<void> {
    if (line === undefined) {
      this.#refuse(tooLong(this.#options.limits.bodyBytes), undefined)
      return
    }
    if (line.every(isSpace)) return
    let body: unknown
    try {
      body = this.#withoutResponses(parseJson(line))
      if (body === undefined) return
      const envelope = envelopeOn(this.session?.facts, body)
      const unasked = envelope.beside.find((one) => 'response' in one)
      if (unasked !== undefined) throw unexpectedResponse(unasked.response)
      this.#requests.requireFreshIds(envelope)
      for (const id of cancelledIds(body)) this.#requests.cancel(id)
      if (envelope.requests.length > 0) await this.#requests.start(envelope)
    } catch (error) {
      this.#refuse(error, body)
    }
  }

  /** What is left of a message once its answers to the host are taken: of a batch maybe a part, undefined if nothing. */
  #withoutResponses(body: unknown): unknown {
    if (isResponse(body)) {
      this.#hear(body)
      return undefined
    }
    if (!Array.isArray(body) || this.session?.facts.revision !== batchRevision) return body
    const items = body as readonly unknown[]
    const rest = items.filter((item) => !isResponse(item))
    if (rest.length === items.length) return body
    for (const item of items) if (isResponse(item)) this.#hear(item)
    return rest.length === 0 ? undefined : rest
  }

  /** An answer is never answered, whatever is wrong with it. */
  #hear(body: unknown): void {
    try {
      const { beside } = toEnvelope(body, { revision: this.session?.facts.revision })
      for (const one of beside) if ('response' in one) this.session?.receive(one.response)
    } catch (error) {
      this.#requests.refusal(error)
    }
  }

  #refuse(error: unknown, body: unknown): void {
    const refusal = this.#requests.refusal(error)
    if (!isNotification(body)) this.#writer.write(JSON.stringify(refusal.body))
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d
}

function tooLong(limit: number): Refusal {
  return rpcRefusal({
    status: 413,
    code: rpcCode.invalidRequest,
    message: `the message is larger than ${String(limit)} bytes`,
  })
}
