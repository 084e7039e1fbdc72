import { allowedTools, answerOf } from '../catalogue.ts'
import type { Family, LoadJob } from '../messages.ts'

/** A request as bytes, and what its answer must be. */
export interface PreparedRequest {
  readonly bytes: Buffer
  readonly id: number
  /** The text of a call's result, or the names of a list's tools. */
  readonly expected: string | readonly string[]
}

const TEXTS_PER_CONNECTION = 4

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'toolgate-bench', version: '1.0.0' },
}

function requestBytes(job: LoadJob, token: string, id: number, params: { name?: string }): Buffer {
  const modern = job.family === '2026-07-28'
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: job.method,
    params: modern ? { ...params, _meta: META } : params,
  })
  const headers = [
    'POST /mcp HTTP/1.1',
    `Host: 127.0.0.1:${String(job.port)}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    `MCP-Protocol-Version: ${job.family satisfies Family}`,
    ...(modern ? [`Mcp-Method: ${job.method}`] : []),
    ...(modern && params.name !== undefined ? [`Mcp-Name: ${params.name}`] : []),
    `Content-Length: ${String(Buffer.byteLength(body))}`,
  ]
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${body}`)
}

function callRequests(job: LoadJob, token: string, connection: number): PreparedRequest[] {
  const tools = allowedTools(job.toolCount)
  return Array.from({ length: TEXTS_PER_CONNECTION }, (_, index) => {
    const id = connection * TEXTS_PER_CONNECTION + index
    const name = tools[(id * 7) % tools.length]?.name ?? ''
    const text = `text ${String(id)}`
    const params = { name, arguments: { text, times: 2 } }
    return { bytes: requestBytes(job, token, id, params), id, expected: answerOf(name, text, 2) }
  })
}

/** The requests that one connection sends in turn: calls of several tools with texts of its own, or one list. */
export function prepareRequests(job: LoadJob, token: string, connection: number): PreparedRequest[] {
  if (job.method === 'tools/call') return callRequests(job, token, connection)
  const expected = allowedTools(job.toolCount).map(({ name }) => name)
  return [{ bytes: requestBytes(job, token, connection, {}), id: connection, expected }]
}
