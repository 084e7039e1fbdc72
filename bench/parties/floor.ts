import { createServer, type IncomingMessage } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { allowedTools, answerOf, INPUT_SCHEMA } from '../catalogue.ts'
import { announce, partySettings } from './announce.ts'

// The least that a server of these answers can do: a token is verified once, lists are bytes made at the start.
const settings = partySettings()
const keys = createRemoteJWKSet(new URL(settings.jwksUri))
const verified = new Set<string>()
const list = JSON.stringify({
  tools: allowedTools(settings.toolCount).map(({ name, description }) => ({
    name,
    description,
    inputSchema: INPUT_SCHEMA,
  })),
})

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
  verified.add(authorization)
}

function resultOf({ method, params }: CallMessage): string {
  if (method === 'tools/list') return list
  return JSON.stringify({
    content: [{ type: 'text', text: answerOf(params.name, params.arguments.text, params.arguments.times) }],
  })
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((resolve) => request.on('end', resolve))
  return Buffer.concat(chunks).toString()
}

const server = createServer((request, response) => {
  const answer = async (): Promise<void> => {
    await verify(request.headers.authorization ?? '')
    const message = JSON.parse(await readBody(request)) as CallMessage
    const body = Buffer.from(`{"jsonrpc":"2.0","id":${String(message.id)},"result":${resultOf(message)}}`)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  }
  answer().catch((error: unknown) => response.writeHead(500).end(String(error)))
})
server.listen(Number(new URL(settings.resource).port), '127.0.0.1', () => {
  announce(() => {
    server.close()
  })
})
