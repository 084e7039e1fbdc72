import { rpcCode, rpcRefusal, type Refusal } from '../errors.ts'
import type { Room } from '../http/host-state.ts'
import type { Caller } from '../mcp/caller.ts'
import { singleHeader } from '../mcp/header-checks.ts'
import { writeStream } from '../mcp/write-stream.ts'
import { requireRevision } from './session-requests.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/** Milliseconds that one connection waits for news; then its client comes back with a token that is verified anew. */
const longestWaitMs = 300_000

/**
 * GET and DELETE of a session, which only exist where sessions do (MCP specification 2025-11-25, basic/transports): a stream for what
 * belongs to no request, or the rest of one that broke off; and the end.
 *
 * @throws Refusal 404 for a session that is not this principal's, 406 for a GET that takes no events, 400 for an event that is kept no more
 */
export function serveSession(context: Parameters<Room>[0], sessions: Sessions | undefined, caller: Caller): void {
  const name = singleHeader(context.req, 'Mcp-Session-Id', null)
  if (name === undefined || sessions === undefined) {
    throw new TypeError('a GET or DELETE without a session is refused before')
  }
  const session = sessions.require(name, caller.principal, null)
  requireRevision(context.req, session.facts.revision, null)
  session.caller = caller
  if (context.method === 'DELETE') {
    sessions.end(session)
    context.body = null
    context.status = 204
    return
  }
  const accepted = (context.req.headers.accept ?? '').split(',').map((item) => item.split(';')[0]?.trim().toLowerCase())
  if (!accepted.includes('text/event-stream')) throw notAcceptable()
  serveStream(context, session)
}

function serveStream(context: Parameters<Room>[0], session: Session): void {
  const eventId = singleHeader(context.req, 'Last-Event-ID', null)
  const found = eventId === undefined ? undefined : session.streamOf(eventId)
  const stream = eventId === undefined ? session.openOwnStream() : found?.stream
  const readable = eventId === undefined ? stream?.readable : stream?.resume(found?.sequence ?? 0)
  if (stream === undefined || readable === undefined) throw eventGone()
  const wait = setTimeout(() => {
    stream.disconnect()
  }, longestWaitMs).unref()
  context.res.once('close', () => {
    clearTimeout(wait)
  })
  writeStream(context, readable)
  // A client waits for the status, and the first event may be long in coming.
  context.flushHeaders()
}

function notAcceptable(): Refusal {
  return rpcRefusal({
    status: 406,
    code: rpcCode.invalidRequest,
    message: 'the Accept header must name text/event-stream',
  })
}

function eventGone(): Refusal {
  return rpcRefusal({
    status: 400,
    code: rpcCode.invalidRequest,
    message: 'Invalid request: what came after this Last-Event-ID is kept no more',
  })
}
