import {
  PerRequestHTTPServerTransport,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type MessageClassification,
  type TransportSendOptions,
} from '@modelcontextprotocol/server'
import { PassThrough, type Readable } from 'node:stream'
import { internalError, rpcCode, rpcRefusal, type Refusal } from '../errors.ts'

/** What leaves the host: one JSON body, as a message or prepared, or a stream of events if the tool reported progress first. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly message: JSONRPCMessage }
  | { readonly kind: 'text'; readonly status: number; readonly text: string }
  | { readonly kind: 'stream'; readonly stream: Readable }

const keepAliveMs = 15_000
/** Bytes that may wait for a slow reader before progress is left out. */
const mostWaiting = 1_048_576

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
  readonly #streaming: boolean
  readonly #classification: MessageClassification
  #stream: PassThrough | undefined
  #keepAlive: NodeJS.Timeout | undefined
  #settle: ((answer: Answer) => void) | undefined
  #gone: ((error: unknown) => void) | undefined
  /** The SDK answers what it refuses by itself while the message is being delivered; handlers answer later. */
  #delivering = false
  #ended = false

  /** @param streaming whether progress may turn the answer into a stream; what belongs to a batch may not */
  constructor(classification: MessageClassification, streaming: boolean) {
    super({ classification, keepAliveMs: 0 })
    this.#streaming = streaming
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
      if (this.#streaming && options?.relatedRequestId !== undefined) this.#write(message)
      return Promise.resolve()
    }
    this.#ended = true
    const final = withoutSchemaText(message)
    if (this.#stream === undefined) this.#settle?.({ kind: 'json', status: this.#statusOf(final), message: final })
    else this.#stream.end(frame(final))
    clearInterval(this.#keepAlive)
    return Promise.resolve()
  }

  /** Ends the exchange with a fault of the host, if its status is still open. */
  fail(error: unknown): void {
    if (this.#ended || this.#stream !== undefined) return
    this.#ended = true
    this.#gone?.(error)
  }

  override async close(): Promise<void> {
    // After the answer there is nothing left to abort, and nothing that garbage collection would not take.
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#keepAlive)
    this.#stream?.end()
    this.#gone?.(clientGone())
    await super.close()
  }

  #statusOf(message: JSONRPCMessage): number {
    if (!this.#modern || !('error' in message)) return 200
    const { code } = message.error
    return this.#delivering || code === rpcCode.missingCapability ? (modernStatus[code] ?? 200) : 200
  }

  #write(message: JSONRPCMessage): void {
    if (this.#stream === undefined) {
      const stream = new PassThrough()
      this.#stream = stream
      this.#keepAlive = setInterval(() => stream.write(': keepalive\n\n'), keepAliveMs).unref()
      this.#settle?.({ kind: 'stream', stream })
    }
    if (this.#stream.writableLength < mostWaiting) this.#stream.write(frame(message))
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
function clientGone(): Refusal {
  return rpcRefusal({
    status: 499,
    code: rpcCode.internalError,
    message: internalError,
    detail: 'the client went away before its answer',
  })
}

function frame(message: JSONRPCMessage): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`
}
