import {
  PerRequestHTTPServerTransport,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type MessageClassification,
  type TransportSendOptions,
} from '@modelcontextprotocol/server'
import type { Readable } from 'node:stream'
import { internalError, rpcCode, rpcRefusal, type Refusal } from '../errors.ts'
import type { ListenWay } from '../subscriptions/listen-way.ts'
import { EventStream } from './event-stream.ts'

/** What leaves the host: one JSON body, as a message, as text or of what was prepared up to its end, or a stream of events if the tool reported progress first. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly message: JSONRPCMessage }
  | { readonly kind: 'text'; readonly status: number; readonly text: string }
  | { readonly kind: 'prepared'; readonly status: number; readonly head: Buffer | string; readonly tail: string }
  | { readonly kind: 'stream'; readonly stream: Readable }
  /** What is sent as it comes, by who knows when it ends. */
  | { readonly kind: 'live'; readonly begin: (way: ListenWay) => void }

/** Takes what the host says before an answer, where a transport has a way for it beside the answer. */
export type Outlet = (message: JSONRPCMessage) => void

/** What an answer becomes when something is sent before it. */
export interface AnswerStream {
  readonly readable: Readable
  write(message: JSONRPCMessage): void
  /** Ends it, with the answer as JSON if there is one. */
  end(answer?: string): void
  /** Ends the connection and not the stream, where a client can come back. */
  letGo?(retryMs?: number): void
}

/** What an exchange is made with beside the message. */
export interface ExchangeOptions {
  /** Whether a message may turn the answer into a stream; what belongs to a batch may not. */
  readonly streaming: boolean
  /** Takes messages instead, where a transport has a way for them beside the answer. */
  readonly outlet?: Outlet | undefined
  /** Makes the stream; one that ends with its connection by default. */
  readonly openStream?: (() => AnswerStream) | undefined
  /** Hears that there is nothing more to come. */
  readonly onEnd?: (() => void) | undefined
}

/** Status of a protocol error of the stateless revision (MCP specification 2026-07-28, basic/transports). */
const modernStatus: Readonly<Record<number, number>> = {
  [rpcCode.methodNotFound]: 404,
  [rpcCode.invalidParams]: 400,
  [rpcCode.missingCapability]: 400,
  [rpcCode.unsupportedVersion]: 400,
}

/**
 * One HTTP exchange as a transport of the SDK. The SDK binds a server to the stateless revision by this class's parent;
 * what is replaced is the way out, which would build a web `Response` that Node must take apart again.
 */
export class Exchange extends PerRequestHTTPServerTransport {
  readonly #modern: boolean
  readonly #options: ExchangeOptions
  readonly #classification: MessageClassification
  #stream: AnswerStream | undefined
  #settle: ((answer: Answer) => void) | undefined
  #gone: ((error: unknown) => void) | undefined
  /** The SDK answers what it refuses by itself while the message is being delivered; handlers answer later. */
  #delivering = false
  #ended = false
  #givenUp: Answer | undefined

  constructor(classification: MessageClassification, options: ExchangeOptions) {
    super({ classification, keepAliveMs: 0 })
    this.#options = options
    this.#classification = classification
    this.#modern = classification.era === 'modern'
  }

  /**
   * Delivers the message to the connected server.
   *
   * @throws Refusal if the client goes away before there is an answer
   */
  answer(message: JSONRPCRequest): Promise<Answer> {
    // Closed while the server was being connected: nobody would ever settle the promise.
    if (this.#ended) return Promise.reject(clientGone())
    return new Promise<Answer>((resolve, reject) => {
      this.#settle = resolve
      this.#gone = reject
      this.#delivering = true
      try {
        this.onmessage?.(message, { classification: this.#classification })
      } finally {
        this.#delivering = false
      }
    })
  }

  override send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#ended) return Promise.resolve()
    if ('method' in message) {
      if (options?.relatedRequestId !== undefined) this.push(message)
      return Promise.resolve()
    }
    this.#end()
    const final = withoutSchemaText(message)
    if (this.#stream === undefined) this.#settle?.({ kind: 'json', status: this.#statusOf(final), message: final })
    else this.#stream.end(JSON.stringify(final))
    return Promise.resolve()
  }

  /** Sends a message before the answer, which becomes a stream by it. */
  push(message: JSONRPCMessage): void {
    if (this.#ended) return
    const { outlet, streaming } = this.#options
    if (outlet !== undefined) outlet(message)
    else if (streaming) this.#open().write(message)
  }

  /** Lets go of the connection while the call goes on, where a client can come back for the answer. */
  letGo(retryMs?: number): void {
    if (!this.#ended && this.#options.openStream !== undefined) this.#open().letGo?.(retryMs)
  }

  /** The client has given its request up, and waits for no answer: an empty stream of events says nothing. */
  cancel(): void {
    if (this.#ended) return
    if (this.#stream === undefined) {
      this.#stream = new EventStream()
      this.#givenUp = { kind: 'stream', stream: this.#stream.readable }
      this.#settle?.(this.#givenUp)
    }
    void this.close()
  }

  /** What a request is answered with that its client gave up before it began. */
  get givenUp(): Answer | undefined {
    return this.#givenUp
  }

  /** Ends the exchange with a fault of the host, if its status is still open. */
  fail(error: unknown): void {
    if (this.#ended || this.#stream !== undefined) return
    this.#end()
    this.#gone?.(error)
  }

  override async close(): Promise<void> {
    // After the answer there is nothing left to abort, and nothing that garbage collection would not take.
    if (this.#ended) return
    this.#end()
    this.#stream?.end()
    this.#gone?.(clientGone())
    await super.close()
  }

  #statusOf(message: JSONRPCMessage): number {
    if (!this.#modern || !('error' in message)) return 200
    const { code } = message.error
    return this.#delivering || code === rpcCode.missingCapability ? (modernStatus[code] ?? 200) : 200
  }

  #end(): void {
    this.#ended = true
    this.#options.onEnd?.()
  }

  #open(): AnswerStream {
    if (this.#stream !== undefined) return this.#stream
    const stream = this.#options.openStream?.() ?? new EventStream()
    this.#stream = stream
    this.#settle?.({ kind: 'stream', stream: stream.readable })
    return stream
  }
}

/**
 * Params that break the protocol's own schema are the caller's fault: the SDK reports them as an internal error with the
 * text of its validator. Whatever fails in a handler of this host never gets here in that form.
 */
function withoutSchemaText(message: JSONRPCMessage): JSONRPCMessage {
  if (!('error' in message) || message.error.code !== rpcCode.internalError) return message
  if (message.error.message === internalError) return message
  return { ...message, error: { code: rpcCode.invalidParams, message: 'Invalid params' } }
}

/** Nobody reads it; the log shows it as what it is. */
export function clientGone(): Refusal {
  return rpcRefusal({
    status: 499,
    code: rpcCode.internalError,
    message: internalError,
    detail: 'the client went away before its answer',
  })
}
