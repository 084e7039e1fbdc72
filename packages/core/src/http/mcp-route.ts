import { Refusal } from '../errors.ts'
import type { IncomingMessage } from 'node:http'
import { modernRevision } from '../mcp/revisions.ts'
import { headerLines } from './header-lines.ts'
import type { Room } from './host-state.ts'

const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Accept',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Mcp-Session-Id',
  'Last-Event-ID',
]

const sessionMethods = ['GET', 'DELETE']

/** The path and the method of the MCP endpoint: everything else is 404 or 405, before any token is looked at. */
export function mcpRoute({
  path,
  parameterHeaders,
  proofs,
  sessions,
}: {
  readonly path: string
  /** Names of the headers that tools declare, as they are now. */
  readonly parameterHeaders: () => readonly string[]
  /** Whether clients may send proofs (RFC 9449). */
  readonly proofs: boolean
  /** Whether there are sessions: without one there is nothing to GET or DELETE. */
  readonly sessions: boolean
}): Room {
  const ownHeaders = [...allowedHeaders, ...(proofs ? ['DPoP'] : [])]
  return (context, next) => {
    if (context.path !== path) throw notFound(path)
    if (context.method === 'OPTIONS') {
      context.set('Access-Control-Allow-Methods', sessions ? 'POST, GET, DELETE' : 'POST')
      context.set('Access-Control-Allow-Headers', [...ownHeaders, ...parameterHeaders()].join(', '))
      context.set('Allow', sessions ? 'POST, GET, DELETE, OPTIONS' : 'POST, OPTIONS')
      context.status = 204
      return undefined
    }
    const ofSession = sessions && sessionMethods.includes(context.method) && namesSession(context.req)
    if (context.method !== 'POST' && !ofSession) throw methodNotAllowed()
    return next()
  }
}

/** The stateless revision has neither of the two methods. */
function namesSession(request: IncomingMessage): boolean {
  if (headerLines(request, 'mcp-session-id').length === 0) return false
  return headerLines(request, 'mcp-protocol-version')[0] !== modernRevision
}

function notFound(path: string): Refusal {
  return new Refusal({
    status: 404,
    body: { error: 'not_found', error_description: `nothing is served here; the MCP endpoint is ${path}` },
    detail: 'no such path',
    sentence: `Nothing is served here. The MCP endpoint is ${path}.`,
  })
}

function methodNotAllowed(): Refusal {
  return new Refusal({
    status: 405,
    headers: { Allow: 'POST, OPTIONS' },
    body: { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'Method not allowed: use POST' } },
    detail: 'method not allowed',
    sentence: 'This is an MCP endpoint: MCP clients talk to it, by POST. Another page says how to connect one.',
  })
}
