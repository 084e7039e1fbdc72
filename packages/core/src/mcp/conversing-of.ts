import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { ConversingRequest } from '../asking/conversing-request.ts'
import type { ClientSession } from '../sessions/client-session.ts'
import type { AnswerWay } from './answer-way.ts'
import type { Envelope } from './envelope.ts'

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
    way,
  }
}
