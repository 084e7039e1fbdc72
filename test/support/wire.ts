import { request, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'

/** One answer, whole. */
export interface WireAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Each header's lines, as they were sent. */
  readonly lines: NodeJS.Dict<string[]>
  readonly text: string
  /** The body as JSON. */
  json(): Record<string, unknown>
  /** The JSON-RPC error of the body. */
  error(): { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> }
  /** The JSON-RPC result of the body, of a stream the last one. */
  result(): Record<string, unknown>
}

/** What may be sent. Header values that are arrays become several lines. */
export interface WireRequest {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body?: string | Buffer
  /** Goes away after the first event of a stream: a stream of news does not end by itself. */
  readonly firstEvent?: boolean
  /** Keeps connections; without one every request has its own. */
  readonly agent?: Agent
}

/** Sends one request, with exactly these headers beside `Host`, `Connection` and `Content-Length`. */
export function send(origin: string, options: WireRequest): Promise<WireAnswer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      method: options.method ?? 'GET',
      path: options.path ?? '/',
      agent: options.agent ?? false,
    })
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value !== undefined) outgoing.setHeader(name, typeof value === 'string' ? value : [...value])
    }
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        const text = Buffer.concat(chunks).toString()
        if (options.firstEvent !== true || !text.includes('\n\n') || !isStream(response.headers)) return
        resolve(toAnswer(response, text))
        response.destroy()
      })
      response.on('error', reject)
      response.on('end', () => {
        resolve(toAnswer(response, Buffer.concat(chunks).toString()))
      })
    })
    outgoing.end(options.body)
  })
}

function toAnswer(response: IncomingMessage, text: string): WireAnswer {
  const { statusCode: status = 0, headers, headersDistinct: lines } = response
  const json = () => JSON.parse(lastData(headers, text)) as Record<string, unknown>
  return {
    status,
    headers,
    lines,
    text,
    json,
    error: () => json().error as ReturnType<WireAnswer['error']>,
    result: () => json().result as Record<string, unknown>,
  }
}

function isStream(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true
}

function lastData(headers: IncomingHttpHeaders, text: string): string {
  if (!isStream(headers)) return text
  const data = text.split('\n').filter((line) => line.startsWith('data: '))
  return data.at(-1)?.slice('data: '.length) ?? ''
}

/** The headers that every MCP request has. */
export const mcpHeaders = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
} as const

/** Posts one message of a revision with an initialize exchange. */
export function post(
  url: string,
  token: string | undefined,
  message: unknown,
  headers: WireRequest['headers'] = {},
): Promise<WireAnswer> {
  const { origin, pathname } = new URL(url)
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const body = typeof message === 'string' ? message : JSON.stringify(message)
  return send(origin, {
    method: 'POST',
    path: pathname,
    headers: { ...mcpHeaders, ...authorization, ...headers },
    body,
  })
}

/** The `_meta` of the stateless revision. */
export const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'wire-test', version: '1.0.0' },
} as const

/** Posts one request of revision 2026-07-28, with the headers that mirror it. */
export function postModern(
  url: string,
  token: string | undefined,
  message: {
    readonly id?: string | number
    readonly method: string
    readonly params?: Readonly<Record<string, unknown>>
  },
  headers: WireRequest['headers'] = {},
): Promise<WireAnswer> {
  const name = message.params?.[message.method === 'resources/read' ? 'uri' : 'name']
  const mirrored = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': message.method,
    ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
  }
  const body = {
    jsonrpc: '2.0',
    id: 1,
    ...message,
    params: { ...message.params, _meta: { ...modernMeta, ...(message.params?._meta as object | undefined) } },
  }
  return post(url, token, body, { ...mirrored, ...headers })
}

/** Both ways to call a tool. */
export function callTool(
  family: 'modern' | 'legacy',
  url: string,
  token: string | undefined,
  name: string,
  args?: Readonly<Record<string, unknown>>,
): Promise<WireAnswer> {
  const params = { name, ...(args === undefined ? {} : { arguments: args }) }
  if (family === 'modern') return postModern(url, token, { method: 'tools/call', params })
  return post(
    url,
    token,
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    { 'mcp-protocol-version': '2025-11-25' },
  )
}

/** Both ways to list tools. */
export function listTools(family: 'modern' | 'legacy', url: string, token: string | undefined): Promise<WireAnswer> {
  if (family === 'modern') return postModern(url, token, { method: 'tools/list' })
  return post(url, token, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { 'mcp-protocol-version': '2025-11-25' })
}
