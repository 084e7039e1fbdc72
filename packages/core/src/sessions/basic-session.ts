import type { JSONRPCResponse } from '@modelcontextprotocol/server'
import type { LogLevel } from '@toolgate/plugin'
import type { CallIdentity } from '../mcp/judged-call.ts'
import { ClientQuestions } from './client-questions.ts'
import type { ClientFacts } from './client-session.ts'
import { SubscribedUris } from './subscribed-uris.ts'

/** How every session is bounded. */
export interface BasicBounds {
  /** Milliseconds that the client may take to answer a question. */
  readonly answerMs: number
  /** Resources that it may subscribe to. */
  readonly subscriptions: number
}

/** What a session has, whatever transport its client came by: what was agreed on, questions and subscriptions. */
export class BasicSession<Facts extends ClientFacts = ClientFacts> {
  readonly facts: Facts
  /** The level that the client asked for; none until it does. */
  logLevel: LogLevel | undefined
  protected readonly questions: ClientQuestions
  readonly #subscribed: SubscribedUris
  #ended = false

  constructor(facts: Facts, { answerMs, subscriptions }: BasicBounds) {
    this.facts = facts
    this.questions = new ClientQuestions(answerMs)
    this.#subscribed = new SubscribedUris(subscriptions)
  }

  /** Names it in the log of a plugin that is asked whether it may be told something. */
  get identity(): CallIdentity {
    const { revision, client } = this.facts
    return {
      requestId: 'subscription',
      clientName: client.name,
      clientVersion: client.version,
      protocolRevision: revision,
    }
  }

  /** Older revisions have no filter for lists. */
  wantsList(): boolean {
    return !this.#ended
  }

  wantsUpdateOf(uri: string): boolean {
    return this.#subscribed.has(uri)
  }

  /** @returns whether there was room for it */
  subscribe(uri: string): boolean {
    return this.#subscribed.add(uri)
  }

  unsubscribe(uri: string): void {
    this.#subscribed.delete(uri)
  }

  /** Takes a response of the client. */
  receive(response: JSONRPCResponse): void {
    this.questions.receive(response)
  }

  /** Nothing is asked or told any more. */
  end(): void {
    this.#ended = true
    this.questions.end()
    this.#subscribed.clear()
  }
}
