import type { JSONRPCMessage } from '@modelcontextprotocol/server'

/** The way of a request's answer, for what comes before it. */
export interface AnswerWay {
  /** Sends a message; the first one turns the answer into a stream. */
  push(message: JSONRPCMessage): void
  /** Lets go of the connection; absent where the client could not come back. */
  letGo?(retryMs?: number): void
}
