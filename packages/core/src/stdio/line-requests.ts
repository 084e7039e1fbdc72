import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import { answerEnvelope, type AnswerEnvelopeOptions } from '../mcp/answer-envelope.ts'
import type { Caller } from '../mcp/caller.ts'
import type { Envelope } from '../mcp/envelope.ts'
import type { Answer } from '../mcp/exchange.ts'
import type { Dispatched } from '../mcp/judged-request.ts'
import type { BasicBounds } from '../sessions/basic-session.ts'
import { RunningRequest } from '../sessions/running-request.ts'
import type { ListenWay } from '../subscriptions/listen-way.ts'
import { toRefusal } from '../to-refusal.ts'
import { agreementOf, isInitialize } from './agreement.ts'
import type { LineWriter } from './line-writer.ts'
import { StdioSession } from './stdio-session.ts'

/** What requests over stdio are answered with. */
export interface LineRequestsOptions {
  /** Rooms 6 to 8 of the catalogue as it is now: a request takes them once, and stays in them. */
  readonly rooms: () => AnswerEnvelopeOptions
  readonly caller: Caller
  readonly logger: Logger
  readonly writer: LineWriter
  /** Of the session of a client of an older revision. */
  readonly bounds: BasicBounds
}

/** The requests of one client over stdio, answered in the order in which the answers are there. */
export class LineRequests {
  readonly #options: LineRequestsOptions
  readonly #running = new Map<string | number, RunningRequest>()
  readonly #open = new Set<Promise<void>>()
  #session: StdioSession | undefined

  constructor(options: LineRequestsOptions) {
    this.#options = options
  }

  /** What `initialize` opened. */
  get session(): StdioSession | undefined {
    return this.#session
  }

  /** Those that are on their way; streams that wait for news are not among them. */
  get open(): ReadonlySet<Promise<void>> {
    return this.#open
  }

  cancel(id: string | number): void {
    this.#running.get(id)?.cancel()
  }

  /** Ends what is on its way, unanswered. */
  cancelAll(): void {
    for (const running of [...this.#running.values()]) running.cancel()
  }

  /** @throws Refusal -32600 */
  requireFreshIds({ requests }: Envelope): void {
    if (!requests.some(({ id }) => this.#running.has(id))) return
    // By its own id, the answer would be taken for that of the request that runs.
    throw rpcRefusal({
      status: 400,
      code: rpcCode.invalidRequest,
      message: 'Invalid request: a request with this id is still running',
    })
  }

  /** Begins to answer; settles when the next message may be taken. */
  async start(envelope: Envelope): Promise<void> {
    const answering = this.#answer(envelope).finally(() => this.#open.delete(answering))
    this.#open.add(answering)
    // What comes next speaks the revision that this settles.
    if (isInitialize(envelope)) await answering
  }

  /** Why something is refused, told to the log. */
  refusal(error: unknown, requestId: string = randomUUID()): Refusal {
    const refusal = toRefusal(error, requestId, this.#options.logger)
    this.#options.logger.info({ requestId, detail: refusal.detail }, 'refused')
    return refusal
  }

  async #answer(envelope: Envelope): Promise<void> {
    const requestId = randomUUID()
    const ids = envelope.requests.map(({ id }) => id)
    const running = ids.map((id) => new RunningRequest(() => this.#running.delete(id)))
    if (!isInitialize(envelope)) running.forEach((each, index) => this.#running.set(ids[index] ?? '', each))
    let listens = false
    try {
      const dispatched = await this.#dispatch(envelope, requestId, running)
      dispatched.forEach((each, index) => {
        const request = running[index]
        if (request !== undefined) request.onCancel = each.close.bind(each)
      })
      const settled = await Promise.allSettled(dispatched.map(({ answer }) => answer))
      listens = this.#listen(settled[0], dispatched[0], running[0])
      if (listens) return
      if (isInitialize(envelope) && isResult(settled[0])) this.#openSession(envelope)
      const texts = settled.map((each, index) =>
        each.status === 'fulfilled'
          ? textOf(each.value)
          : refusalText(toRefusal(each.reason, requestId, this.#options.logger), ids[index] ?? null),
      )
      this.#write(envelope, texts, running)
    } catch (error) {
      // Refused as a whole, and nobody may be left waiting: every request of a batch gets the answer.
      const refusal = this.refusal(error, requestId)
      const texts = ids.map((id) => refusalText(refusal, id))
      this.#write(envelope, texts, running)
    } finally {
      if (!listens) for (const each of running) each.end()
    }
  }

  async #dispatch(
    envelope: Envelope,
    requestId: string,
    running: readonly RunningRequest[],
  ): ReturnType<typeof answerEnvelope> {
    const { rooms, caller } = this.#options
    const gone = new AbortController()
    for (const each of running) {
      each.onCancel = () => {
        // The look of an author is at the whole: it is given up once nobody waits for any of it.
        if (running.every(({ cancelled }) => cancelled)) gone.abort(new Error('the client cancelled'))
      }
    }
    const session = this.#session
    return await answerEnvelope(rooms(), {
      envelope,
      caller,
      requestId,
      request: undefined,
      gone: () => gone.signal,
      left: () => gone.signal.aborted,
      outlet: (message) => {
        this.#report(message)
      },
      ...(session !== undefined && { client: session.facts.client }),
      session: envelope.classification.era === 'legacy' ? session : undefined,
    })
  }

  /** @returns whether the answer is one that goes on */
  #listen(
    settled: PromiseSettledResult<Answer> | undefined,
    dispatched: Dispatched | undefined,
    running: RunningRequest | undefined,
  ): boolean {
    if (settled?.status !== 'fulfilled' || settled.value.kind !== 'live' || running === undefined) return false
    running.onCancel = () => {
      dispatched?.close()
      running.end()
    }
    settled.value.begin(this.#wayFor(running))
    return true
  }

  #wayFor(running: RunningRequest): ListenWay {
    const { writer } = this.#options
    return {
      send(message, taken) {
        const text = JSON.stringify(message)
        writer.write(text, taken)
        return text.length
      },
      finish(message) {
        if (!running.cancelled) writer.write(JSON.stringify(message))
        running.end()
      },
      // A connection that is there needs no sign of life.
      keepAlive: () => true,
      cut: running.end,
    }
  }

  #openSession(envelope: Envelope): void {
    const { caller, writer, bounds } = this.#options
    this.#session = new StdioSession({ facts: agreementOf(envelope), caller, writer, bounds })
  }

  #write({ batch }: Envelope, texts: readonly string[], running: readonly RunningRequest[]): void {
    const awaited = texts.filter((_text, index) => running[index]?.cancelled === false)
    const [first] = awaited
    if (first === undefined) return
    this.#options.writer.write(batch ? `[${awaited.join(',')}]` : first)
  }

  /** Progress is left out where it could only pile up. */
  #report(message: JSONRPCMessage): void {
    const { writer } = this.#options
    if (!writer.full) writer.write(JSON.stringify(message))
  }
}

/** Rooms know a status and headers too; what is left of them here is the body, with the id of who waits for it. */
function refusalText({ body }: Refusal, id: RpcId): string {
  return JSON.stringify({ ...body, id })
}

function textOf(answer: Answer): string {
  if (answer.kind === 'stream' || answer.kind === 'live') throw new TypeError('with an outlet no answer is a stream')
  if (answer.kind === 'prepared') return `${answer.head.toString()}${answer.tail}`
  return answer.kind === 'text' ? answer.text : JSON.stringify(answer.message)
}

function isResult(settled: PromiseSettledResult<Answer> | undefined): boolean {
  return settled?.status === 'fulfilled' && settled.value.kind === 'json' && 'result' in settled.value.message
}
