import type { JSONRPCMessage, JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { ConversingRequest } from '../asking/conversing-request.ts'
import type { ClientSession } from '../sessions/client-session.ts'
import type { Envelope } from './envelope.ts'

/** The way of a request's answer, for what comes before it. */
export interface AnswerWay {
  /** Sends a message; the first one turns the answer into a stream. */
  readonly push: (message: JSONRPCMessage) => void
  /** Lets go of the connection; absent where the client could not come back. */
  readonly letGo?: (retryMs?: number) => void
}

/** A judged request as its conversation with the client sees it, whichever lane it takes. */
export function conversingOf(
  request: {
    readonly message: JSONRPCRequest
    readonly envelope: Envelope
    readonly principal: Principal
    readonly session?: ClientSession | undefined
  },
  way: AnswerWay,
  asked: Pick<ConversingRequest, 'target' | 'args' | 'urls'>,
): ConversingRequest {
  const { message, envelope, principal, session } = request
  return {
    target: asked.target,
    args: asked.args,
    urls: asked.urls,
    message,
    principal,
    modern: envelope.classification.era === 'modern',
    batch: envelope.batch,
    session,
    push: way.push,
    letGo: way.letGo,
  }
}
