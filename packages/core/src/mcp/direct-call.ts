import {
  ProtocolError,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type Notification,
} from '@modelcontextprotocol/server'
import { internalError, rpcCode } from '../errors.ts'
import { answerCall } from './answer-call.ts'
import { errorJson, resultJson } from './answer-json.ts'
import { EventStream } from './event-stream.ts'
import type { ToolAnswer } from './ending.ts'
import { clientGone, type Answer } from './exchange.ts'
import { LazySignal } from './lazy-signal.ts'
import { progressTokenOf } from './plain-request.ts'
import type { Dispatched, JudgedRequest, ProtocolHandlerOptions } from './judged-request.ts'
import type { AnswerWay } from './answer-way.ts'
import type { CallChannel } from './report-progress.ts'

/** What the direct lane needs of the host. */
export type DirectCallOptions = Pick<ProtocolHandlerOptions, 'serverInfo' | 'runTool' | 'converse' | 'recordAbandoned'>

/**
 * A plain call on its way, in the place of an SDK server with its transport: what they would do to it is to check what was
 * checked before, and to write what is written here. The first message that the tool sends on its way turns the answer into a stream.
 */
export class DirectCall implements Dispatched, CallChannel, AnswerWay {
  readonly answer: Promise<Answer>
  /** Aborts when the client goes away. */
  readonly signal = new LazySignal()
  readonly progressToken: CallChannel['progressToken']
  readonly #request: JudgedRequest
  readonly #options: DirectCallOptions
  readonly #settled = Promise.withResolvers<Answer>()
  #stream: EventStream | undefined
  #ended = false

  constructor(request: JudgedRequest, options: DirectCallOptions) {
    this.#request = request
    this.#options = options
    this.answer = this.#settled.promise
    this.progressToken = progressTokenOf(request.message)
    if (request.left()) this.#abandon()
    else this.#run()
  }

  /** The client went away: the tool is told, and nothing more is sent. */
  close(): void {
    if (this.#ended) return
    this.#ended = true
    this.#stream?.end()
    this.signal.abort(clientGone())
    this.#settled.reject(clientGone())
  }

  /** The decision is on record, so what became of the call must be as well. */
  #abandon(): void {
    const { call, slot, requestId } = this.#request
    if (slot?.leave() === true && call?.kind === 'allowed') this.#options.recordAbandoned(requestId)
    this.close()
  }

  over(): boolean {
    return this.#ended
  }

  notify(notification: Notification): void {
    this.push({ jsonrpc: '2.0', ...notification })
  }

  push(message: JSONRPCMessage): void {
    if (this.#ended) return
    const { outlet } = this.#request
    if (outlet !== undefined) {
      outlet(message)
      return
    }
    if (this.#stream === undefined) {
      this.#stream = new EventStream()
      this.#settled.resolve({ kind: 'stream', stream: this.#stream.readable })
    }
    this.#stream.write(message)
  }

  #run(): void {
    try {
      const answered = answerCall(this.#request, this.#options, this)
      if (answered instanceof Promise) {
        answered
          .then((answer) => {
            this.#answered(answer)
          })
          .catch((error: unknown) => {
            this.#failed(error)
          })
      } else this.#answered(answered)
    } catch (error) {
      this.#failed(error)
    }
  }

  #answered(answer: ToolAnswer): void {
    const { message, envelope } = this.#request
    const modern = envelope.classification.era === 'modern'
    this.#end(resultJson(message.id, answer, modern ? this.#options.serverInfo : undefined))
  }

  #failed(error: unknown): void {
    const { message, envelope, requestId } = this.#request
    if (error instanceof ProtocolError) this.#end(errorJson(message.id, error), statusOf(error, envelope))
    else this.#fail(error, message, requestId)
  }

  #end(json: string, status = 200): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#stream === undefined) this.#settled.resolve({ kind: 'text', status, text: json })
    else this.#stream.end(json)
  }

  /** A fault of the host: a status of its own, unless the stream has begun. */
  #fail(error: unknown, { id }: JSONRPCRequest, correlationId: string): void {
    if (this.#stream === undefined) {
      this.#ended = true
      this.#settled.reject(error)
      return
    }
    this.#end(errorJson(id, { code: rpcCode.internalError, message: internalError, data: { correlationId } }))
  }
}

/** A capability that the client would have to declare is the one error of a call with a status of its own (MCP specification 2026-07-28). */
function statusOf({ code }: ProtocolError, { classification }: JudgedRequest['envelope']): number {
  return classification.era === 'modern' && code === rpcCode.missingCapability ? 400 : 200
}
