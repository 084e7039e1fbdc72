import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { listedTools, answerOf, INPUT_SCHEMA } from '../catalogue.ts'
import { announce, partySettings } from './announce.ts'

// The least that a server of these answers can do: a token is verified once unless nothing is to be remembered, lists are bytes
// made at the start.
const settings = partySettings()
const keys = createRemoteJWKSet(new URL(settings.jwksUri))
const verified = new Set<string>()
const list = Buffer.from(
  JSON.stringify({
    tools: listedTools(settings.toolCount).map(({ name, description }) => ({
      name,
      description,
      inputSchema: INPUT_SCHEMA,
    })),
  }),
)

interface CallMessage {
  readonly id: number
  readonly method: string
  readonly params: { readonly name: string; readonly arguments: { readonly text: string; readonly times: number } }
}

async function verify(authorization: string): Promise<void> {
  if (verified.has(authorization)) return
  await jwtVerify(authorization.slice('Bearer '.length), keys, {
    issuer: settings.issuer,
    audience: settings.resource,
    algorithms: ['ES256'],
    typ: 'at+jwt',
  })
  if (settings.tokenCache) verified.add(authorization)
}

function textOf({ name, arguments: { text, times } }: CallMessage['params']): string {
  return JSON.stringify({ content: [{ type: 'text', text: answerOf(name, text, times) }] })
}

function answer(response: ServerResponse, { id, method, params }: CallMessage): void {
  const head = `{"jsonrpc":"2.0","id":${String(id)},"result":`
  const result = method === 'tools/list' ? list : textOf(params)
  const length = head.length + Buffer.byteLength(result) + 1
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length })
  if (typeof result === 'string') response.end(`${head}${result}}`)
  else {
    response.write(head)
    response.write(result)
    response.end('}')
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((resolve) => request.on('end', resolve))
  return Buffer.concat(chunks).toString()
}

const server = createServer((request, response) => {
  const serve = async (): Promise<void> => {
    await verify(request.headers.authorization ?? '')
    answer(response, JSON.parse(await readBody(request)) as CallMessage)
  }
  serve().catch((error: unknown) => response.writeHead(500).end(String(error)))
})
server.listen(Number(new URL(settings.resource).port), '127.0.0.1', () => {
  announce(() => {
    server.close()
  })
})
