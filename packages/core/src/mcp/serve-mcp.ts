import type { ServerResponse } from 'node:http'
import { callerOf, type Room } from '../http/host-state.ts'
import { inviteBody } from '../http/invite-body.ts'
import { answerInSession, openSessionFor, sessionOf, tellSession } from '../sessions/session-requests.ts'
import { serveSession } from '../sessions/serve-session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { answerEnvelope, type AnswerEnvelopeOptions, type Incoming } from './answer-envelope.ts'
import { readEnvelope } from './envelope.ts'
import type { Answer } from './exchange.ts'
import { writeAnswer, writeBatch } from './write-answer.ts'

/** The rooms behind authentication. */
export interface ServeMcpOptions {
  /** Rooms 6 to 8 of the catalogue as it is now: a request takes them once, and stays in them. */
  readonly rooms: () => AnswerEnvelopeOptions
  readonly bodyBytes: number
  /** Absent where the operator has turned them off. */
  readonly sessions: Sessions | undefined
}

/** Rooms 5 to 8 in order, as Koa sees them. */
export function serveMcp(options: ServeMcpOptions): Room {
  const { sessions } = options
  return async (context) => {
    const caller = callerOf(context)
    if (context.method !== 'POST') {
      serveSession(context, sessions, caller)
      return
    }
    // A body that came with its head is there as soon as all that came in this turn was read.
    await Promise.resolve()
    const reading = readEnvelope(context.req, options.bodyBytes, () => {
      inviteBody(context.req, context.res)
    })
    const read = reading instanceof Promise ? await reading : reading
    const { envelope, session } = sessionOf(sessions, read, caller.principal, context.req)
    if (session !== undefined) {
      session.caller = caller
      tellSession(session, envelope)
    }
    if (envelope.requests.length === 0) {
      // Said outright, or Koa would write the status as text.
      context.body = null
      context.status = 202
      return
    }
    const { requestId } = context.state
    const rooms = options.rooms()
    const incoming = { envelope, caller, requestId, request: context.req }
    const answers =
      session === undefined
        ? await answerOnce(rooms, incoming, context.res)
        : await answerInSession(session, envelope, (running) =>
            answerEnvelope(rooms, { ...incoming, ...neverGone, session, running }),
          )
    const opening = openSessionFor(sessions, envelope, answers, caller.principal)
    const opened = opening instanceof Promise ? await opening : opening
    if (opened !== undefined) {
      opened.caller = caller
      context.set('Mcp-Session-Id', opened.facts.id)
    }
    const [only] = answers
    if (envelope.batch || only === undefined) writeBatch(context, answers)
    else writeAnswer(context, only)
  }
}

/** In a session a call goes on without its connection. */
const neverGone = { gone: () => new AbortController().signal, left: () => false }

/** The requests live as long as their connection. */
async function answerOnce(
  options: AnswerEnvelopeOptions,
  incoming: Omit<Incoming, 'gone' | 'left'>,
  response: ServerResponse,
): Promise<readonly Answer[]> {
  const running = await answerEnvelope(options, {
    ...incoming,
    gone: () => goneSignal(response),
    left: () => response.destroyed,
  })
  const close = () => {
    for (const dispatched of running) dispatched.close()
  }
  // The client may have gone while the decision was on its way to the disk.
  if (response.destroyed) close()
  else response.on('close', close)
  const [only] = running
  return running.length === 1 && only !== undefined
    ? [await only.answer]
    : Promise.all(running.map(({ answer }) => answer))
}

/** Aborts when the connection of an answer is closed. */
function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  const abort = () => {
    controller.abort(new Error('the client went away'))
  }
  if (response.destroyed) abort()
  else response.on('close', abort)
  return controller.signal
}
