import { isSpecType, ProtocolError, type InputRequest } from '@modelcontextprotocol/server'
import type { UrlElicitation, UrlElicitationAnswer } from '@toolgate/plugin'
import { randomUUID } from 'node:crypto'
import { rpcCode } from '../errors.ts'
import type { ConversingRequest } from './conversing-request.ts'
import { namesOf, requireMessage, WrongAnswer, type Question } from './question.ts'

/** A page that a person is asked to open, and the question that asks for it. */
export interface UrlQuestion extends Question {
  /** The error that asks for it in the place of an answer (MCP specification 2025-11-25, client/elicitation, URL elicitation required). */
  readonly required: ProtocolError
}

/**
 * A question whether a person opens a page (MCP specification, client/elicitation, URL mode): one that the tool declares, to the letter.
 * Nothing of a request is put into it.
 *
 * @throws TypeError for a page that the tool does not declare, and a message that the protocol does not know
 */
export function urlElicitationOf(asked: UrlElicitation, request: ConversingRequest): UrlQuestion {
  const { message, url } = asked
  requireMessage(message)
  if (request.urls?.includes(url) !== true) {
    throw new TypeError('a tool may only send people to a URL that stands in its elicitUrls')
  }
  // Revision 2026-07-28 has no such id, and a question must be the same in every round.
  const elicitationId = request.modern ? undefined : randomUUID()
  const params = { mode: 'url' as const, message, url, ...(elicitationId !== undefined && { elicitationId }) }
  const complete = () => {
    if (elicitationId === undefined) return
    request.way.push({ jsonrpc: '2.0', method: 'notifications/elicitation/complete', params: { elicitationId } })
  }
  return {
    kind: 'elicitUrl',
    request: { method: 'elicitation/create', params } as InputRequest,
    ...namesOf(asked),
    required: new ProtocolError(rpcCode.urlElicitationRequired, message, { elicitations: [params] }),
    read(response): UrlElicitationAnswer {
      if (!isSpecType.ElicitResult(response)) throw new WrongAnswer('it is no result of elicitation/create')
      const { action } = response
      return Object.freeze(action === 'accept' ? { action, complete } : { action })
    },
  }
}
