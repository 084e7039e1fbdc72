import { Refusal } from '../errors.ts'
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

/** The path and the method of the MCP endpoint: everything else is 404 or 405, before any token is looked at. */
export function mcpRoute({
  path,
  parameterHeaders,
}: {
  readonly path: string
  readonly parameterHeaders: readonly string[]
}): Room {
  const corsHeaders = [...allowedHeaders, ...parameterHeaders].join(', ')
  return async (context, next) => {
    if (context.path !== path) throw notFound(path)
    if (context.method === 'OPTIONS') {
      context.set('Access-Control-Allow-Methods', 'POST')
      context.set('Access-Control-Allow-Headers', corsHeaders)
      context.set('Allow', 'POST, OPTIONS')
      context.status = 204
      return
    }
    if (context.method !== 'POST') throw methodNotAllowed()
    await next()
  }
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
