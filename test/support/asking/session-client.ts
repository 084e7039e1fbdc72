import { mcpHeaders, post, send, type WireAnswer, type WireRequest } from '../wire.ts'
import { readEvents, type EventReader } from './event-reader.ts'

/** A session, as a client of an older revision holds it. */
export interface SessionClient {
  readonly id: string
  readonly revision: string
  readonly headers: Readonly<Record<string, string>>
  /** Posts a message and waits for the whole answer. */
  post(message: unknown, headers?: WireRequest['headers']): Promise<WireAnswer>
  /** Posts a message and reads the answer as it comes. */
  stream(message: unknown): Promise<EventReader>
  /** Calls a tool and reads the answer as it comes. */
  call(name: string, args?: Readonly<Record<string, unknown>>, id?: string | number): Promise<EventReader>
  /** Opens the stream that belongs to no request, or comes back to one. */
  get(lastEventId?: string): Promise<EventReader>
  delete(): Promise<WireAnswer>
}

/** What the client of a session says of itself. */
export interface SessionOptions {
  readonly capabilities?: Readonly<Record<string, unknown>>
  readonly revision?: string
}

/** The answer to an `initialize`. */
export function initialize(url: string, token: string, options: SessionOptions = {}): Promise<WireAnswer> {
  const { capabilities = { elicitation: {}, sampling: {}, roots: {} }, revision = '2025-11-25' } = options
  const params = { protocolVersion: revision, capabilities, clientInfo: { name: 'session-test', version: '1.2.3' } }
  return post(url, token, { jsonrpc: '2.0', id: 0, method: 'initialize', params })
}

/** Opens a session. */
export async function openSession(url: string, token: string, options: SessionOptions = {}): Promise<SessionClient> {
  const answer = await initialize(url, token, options)
  const id = answer.headers['mcp-session-id']
  if (typeof id !== 'string') throw new Error(`no session: ${answer.text}`)
  return sessionClient(url, token, { id, revision: options.revision ?? '2025-11-25' })
}

/** Uses a session, with whatever token. */
export function sessionClient(
  url: string,
  token: string,
  { id, revision }: { readonly id: string; readonly revision: string },
): SessionClient {
  const { origin, pathname } = new URL(url)
  const own = { 'mcp-session-id': id, 'mcp-protocol-version': revision }
  const headers = { ...own, authorization: `Bearer ${token}` }
  const stream = (message: unknown) =>
    readEvents(url, { headers: { ...mcpHeaders, ...headers }, body: JSON.stringify(message) })
  return {
    id,
    revision,
    headers: own,
    stream,
    post: (message, more) => post(url, token, message, { ...own, ...more }),
    call: (name, args = {}, callId = 1) =>
      stream({ jsonrpc: '2.0', id: callId, method: 'tools/call', params: { name, arguments: args } }),
    get: (lastEventId) =>
      readEvents(url, {
        method: 'GET',
        headers: {
          ...headers,
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
      }),
    delete: () => send(origin, { method: 'DELETE', path: pathname, headers }),
  }
}
