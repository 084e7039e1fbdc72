import type { ClientCapabilities, JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { IncomingMessage } from 'node:http'
import type { RpcId } from '../errors.ts'
import { invalidRequest, unexpectedResponse, type Envelope } from '../mcp/envelope.ts'
import type { Answer } from '../mcp/exchange.ts'
import { keptText } from '../kept-text.ts'
import { singleHeader } from '../mcp/header-checks.ts'
import { batchRevision, legacyRevisions } from '../mcp/revisions.ts'
import type { Dispatched } from '../mcp/judged-request.ts'
import type { RunningRequest } from './running-request.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/**
 * The session that a POST names, and its envelope at the session's revision. At revision 2026-07-28 the header means nothing.
 *
 * @throws Refusal 404 for a session that is not this principal's; 400 for an initialize in one, a
 * revision without sessions, and a response that no session waits for
 */
export function sessionOf(
  sessions: Sessions | undefined,
  envelope: Envelope,
  principal: Principal,
  request: IncomingMessage,
): { readonly envelope: Envelope; readonly session: Session | undefined } {
  const id = envelope.requests[0]?.id ?? null
  const name = envelope.classification.era === 'legacy' ? singleHeader(request, 'Mcp-Session-Id', id) : undefined
  const response = envelope.beside.find((beside) => 'response' in beside)
  if (response !== undefined && (name === undefined || sessions?.find(name, principal) === undefined)) {
    throw unexpectedResponse(response.response)
  }
  if (name === undefined || sessions === undefined) return { envelope, session: undefined }
  const session = sessions.require(name, principal, id)
  const { revision } = session.facts
  if (envelope.requests.some(({ method }) => method === 'initialize')) {
    throw invalidRequest('initialize begins a session of its own, send it without Mcp-Session-Id', id)
  }
  if (envelope.batch && revision !== batchRevision) throw invalidRequest('this revision has no batches', null)
  requireRevision(request, revision, id)
  return { envelope: { ...envelope, revision }, session }
}

/**
 * A request of a session speaks the revision that was agreed on, whatever it says. That a client says the same is a recommendation
 * alone (MCP specification 2025-11-25, basic/transports, protocol version header); what it says must be a revision with sessions.
 *
 * @throws Refusal 400
 */
export function requireRevision(request: IncomingMessage, agreed: string, id: RpcId): void {
  const said = singleHeader(request, 'MCP-Protocol-Version', id)
  if (said !== undefined && !legacyRevisions.includes(said)) {
    throw invalidRequest(`MCP-Protocol-Version is none with sessions; this one agreed on ${agreed}`, id)
  }
}

/** Hands responses and notifications to the session that they came in. */
export function tellSession(session: Session, { beside }: Envelope): void {
  for (const one of beside) {
    if ('response' in one) session.receive(one.response)
    else session.hear(one.notification)
  }
}

/**
 * Answers requests that can be cancelled by a notification, and by the end of their session, but not by closing their connection.
 *
 * @throws Refusal 400 for an id that is in use
 */
export async function answerInSession(
  session: Session,
  { requests }: Envelope,
  answer: (running: readonly RunningRequest[]) => Promise<readonly Dispatched[]>,
): Promise<readonly Answer[]> {
  const running: RunningRequest[] = []
  try {
    for (const { id } of requests) running.push(session.begin(id))
    const dispatched = await answer(running)
    for (const [index, one] of dispatched.entries()) {
      const request = running[index]
      if (request !== undefined) request.onCancel = () => one.cancel?.()
    }
    const answers = await Promise.all(dispatched.map((one) => one.answer))
    // A stream is over when its exchange says so.
    for (const [index, { kind }] of answers.entries()) if (kind !== 'stream') running[index]?.end()
    return answers
  } catch (error) {
    for (const request of running) request.end()
    throw error
  }
}

/** Whether the client of an `initialize` is given a session. */
export function opensSession(sessions: Sessions | undefined, message: JSONRPCRequest): boolean {
  return message.method === 'initialize' && sessions?.wanted(capabilitiesOf(message)) === true
}

/**
 * Opens a session for an `initialize` that went well, if its client needs one.
 *
 * @throws Refusal 503 if there are too many
 */
export function openSessionFor(
  sessions: Sessions | undefined,
  { requests }: Envelope,
  [answer]: readonly Answer[],
  principal: Principal,
): Session | Promise<Session> | undefined {
  const [message] = requests
  if (sessions === undefined || message === undefined || !opensSession(sessions, message)) return undefined
  if (answer?.kind !== 'json' || !('result' in answer.message)) return undefined
  const { protocolVersion } = answer.message.result
  if (typeof protocolVersion !== 'string') return undefined
  const { name, version } = objectOf(message.params?.['clientInfo'])
  return sessions.open({
    principal,
    revision: protocolVersion,
    capabilities: keptCapabilities(capabilitiesOf(message)),
    client: {
      name: keptText(typeof name === 'string' ? name : undefined),
      version: keptText(typeof version === 'string' ? version : undefined),
    },
  })
}

/** What is looked at again: a session lasts long, and whatever else a client declares may be megabytes. */
function keptCapabilities({ elicitation, sampling, roots }: ClientCapabilities): ClientCapabilities {
  return {
    ...(elicitation !== undefined && {
      elicitation: {
        ...(elicitation.form !== undefined && { form: {} }),
        ...(elicitation.url !== undefined && { url: {} }),
      },
    }),
    ...(sampling !== undefined && { sampling: {} }),
    ...(roots !== undefined && { roots: {} }),
  }
}

function capabilitiesOf({ params }: JSONRPCRequest): ClientCapabilities {
  return objectOf(params?.['capabilities'])
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
