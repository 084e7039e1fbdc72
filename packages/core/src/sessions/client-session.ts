import type { ClientCapabilities, InputRequest, JSONRPCMessage } from '@modelcontextprotocol/server'
import type { LogLevel } from '@toolgate/plugin'
import type { AnswerStream } from '../mcp/exchange.ts'
import type { Listener } from '../subscriptions/listener.ts'

/** What `initialize` settled with one client. */
export interface ClientFacts {
  readonly revision: string
  readonly capabilities: ClientCapabilities
  readonly client: { readonly name: string | undefined; readonly version: string | undefined }
}

/**
 * What the host knows of one client of a revision before 2026-07-28 between its requests, whatever transport it came by: it can be
 * asked, and told. It is no authentication, and nothing is decided by it.
 */
export interface ClientSession extends Listener {
  readonly facts: ClientFacts
  /** The level that the client asked for; none until it does. */
  logLevel: LogLevel | undefined
  /**
   * Asks the client.
   *
   * @param push the way of the request that asks, where the transport needs one
   * @returns its result, not yet looked at
   * @throws ToolError if the client refuses, does not answer in time, or the session ends
   */
  request(push: (message: JSONRPCMessage) => void, question: InputRequest, signal: AbortSignal): Promise<unknown>
  /** @returns whether there was room for it */
  subscribe(uri: string): boolean
  unsubscribe(uri: string): void
  /** A stream for the answer to one request; absent where the transport has a way of its own. */
  openStream?(): AnswerStream
}
