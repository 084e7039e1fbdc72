import type { InputRequest, JSONRPCMessage, JSONRPCNotification, RequestId } from '@modelcontextprotocol/server'
import { rpcCode, rpcRefusal } from '../errors.ts'
import type { Caller } from '../mcp/caller.ts'
import type { Told } from '../subscriptions/listener.ts'
import { BasicSession } from './basic-session.ts'
import type { ClientFacts, ClientSession } from './client-session.ts'
import { EventLog, type EventBudget } from './event-log.ts'
import { RunningRequest } from './running-request.ts'
import { SessionStream } from './session-stream.ts'

/** What was agreed on when a session was opened. */
export interface SessionFacts extends ClientFacts {
  readonly id: string
  /** Issuer, subject and client of the principal that opened it: nobody else's requests belong to it. */
  readonly owner: string
}

/** How a session is bounded. */
export interface SessionBounds {
  /** Bytes of events that are kept. */
  readonly eventBytes: number
  /** Milliseconds that a finished stream is kept for. */
  readonly keepStreamMs: number
  /** Milliseconds that a client may take to answer. */
  readonly answerMs: number
  /** Requests that may run at once. */
  readonly requests: number
  /** Resources that it may subscribe to. */
  readonly subscriptions: number
}

/** The name of the stream that belongs to no request. */
const ownStream = 'get'
const primedSince = '2025-11-25'
const retryMs = 1_000
/** Streams of one session, those that are over among them: what is over goes before its time if there are more. */
const mostStreams = 512

/**
 * One session of a revision before 2026-07-28. It is no authentication, and nothing is decided by it: it only lets the host ask the
 * client something, and the client come back for what it missed.
 */
export class Session extends BasicSession<SessionFacts> implements ClientSession {
  /** Who used it last, as was verified then: by it news is judged. */
  caller: Caller | undefined
  /** Milliseconds since the epoch. */
  usedAt: number
  readonly #bounds: SessionBounds
  readonly #log: EventLog
  readonly #clock: () => number
  readonly #streams = new Map<string, SessionStream>()
  readonly #running = new Map<RequestId, RunningRequest>()
  #own: SessionStream | undefined
  #count = 0

  constructor(facts: SessionFacts, bounds: SessionBounds, budget: EventBudget, clock: () => number) {
    super(facts, bounds)
    this.#bounds = bounds
    this.#log = new EventLog(bounds.eventBytes, budget)
    this.#clock = clock
    this.usedAt = clock()
  }

  /** Whether nothing of it is going on. */
  get idle(): boolean {
    return this.#running.size === 0 && this.#own?.connected !== true
  }

  /** A stream for the answer to one request. */
  openStream(): SessionStream {
    return this.#newStream(String(++this.#count))
  }

  /** The stream that belongs to no request; a new connection takes the place of the one before. */
  openOwnStream(): SessionStream {
    this.#own?.end()
    this.#own = this.#newStream(`${ownStream}${String(++this.#count)}`)
    return this.#own
  }

  /** The stream that an event id names, and the number of the event. */
  streamOf(eventId: string): { readonly stream: SessionStream; readonly sequence: number } | undefined {
    const [, name, sequence] = /^([a-z0-9]{1,32})\.(\d{1,12})$/.exec(eventId) ?? []
    const stream = name === undefined ? undefined : this.#streams.get(name)
    return stream === undefined ? undefined : { stream, sequence: Number(sequence) }
  }

  /** Sends a notification that belongs to no request. It is kept while nobody listens, if somebody has before. */
  tell(notification: Told): void {
    this.#own?.write({ jsonrpc: '2.0', ...notification })
  }

  /**
   * Notes that a request runs, before anything is decided of it.
   *
   * @throws Refusal 400 for an id that is in use, 429 if too much runs
   */
  begin(id: RequestId): RunningRequest {
    if (this.#running.has(id)) {
      throw rpcRefusal({ status: 400, code: rpcCode.invalidRequest, message: 'Invalid request: its id is in use', id })
    }
    if (this.#running.size >= this.#bounds.requests) {
      const headers = { 'Retry-After': '1' }
      const message = `More than ${String(this.#bounds.requests)} requests of this session would run at once`
      throw rpcRefusal({ status: 429, code: rpcCode.unavailable, message, id, headers })
    }
    const running: RunningRequest = new RunningRequest(() => {
      if (this.#running.get(id) === running) this.#running.delete(id)
    })
    this.#running.set(id, running)
    return running
  }

  /** What the client says of a request of its own: it gives it up. Any other notification needs nothing. */
  hear({ method, params }: JSONRPCNotification): void {
    const id = method === 'notifications/cancelled' ? params?.['requestId'] : undefined
    if (typeof id === 'string' || typeof id === 'number') this.#running.get(id)?.cancel()
  }

  /** Asks the client on the stream of a request of its own. */
  request(push: (message: JSONRPCMessage) => void, question: InputRequest, signal: AbortSignal): Promise<unknown> {
    return this.questions.ask(push, question, signal)
  }

  /** Forgets streams that have been over for a while. */
  sweep(now: number): void {
    for (const [name, { endedAt }] of this.#streams) {
      if (endedAt !== undefined && now - endedAt >= this.#bounds.keepStreamMs) this.#forget(name)
    }
  }

  /** Ends the connections that belong to no request, so that nothing holds up a host that stops. */
  letGo(): void {
    this.#own?.disconnect()
  }

  /** Cancels what runs and ends every stream. */
  override end(): void {
    super.end()
    for (const running of [...this.#running.values()]) running.cancel()
    this.#running.clear()
    for (const stream of this.#streams.values()) stream.end()
    this.#streams.clear()
    this.#log.close()
  }

  #newStream(name: string): SessionStream {
    const primed = this.facts.revision >= primedSince
    const stream = new SessionStream({ name, log: this.#log, primed, retryMs, clock: this.#clock })
    if (this.#streams.size >= mostStreams) this.#forgetOldest()
    this.#streams.set(name, stream)
    return stream
  }

  #forgetOldest(): void {
    for (const [name, { endedAt }] of this.#streams) {
      if (endedAt === undefined) continue
      this.#forget(name)
      return
    }
  }

  #forget(name: string): void {
    this.#streams.delete(name)
    this.#log.drop(name)
  }
}
