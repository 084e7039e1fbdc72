import { createServer } from 'node:http'
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
  type NodeIncomingMessageLike,
} from '@modelcontextprotocol/node'
import {
  bearerAuthChallengeResponse,
  createMcpHandler,
  McpServer,
  verifyBearerToken,
  type AuthInfo,
} from '@modelcontextprotocol/server'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as z from 'zod/v4'
import { answerOf, benchTools } from '../catalogue.ts'
import { announce, partySettings } from './announce.ts'

// What the SDK's guides tell to write (serving/http, serving/authorization, servers/tools): a factory that registers the
// tools of the caller, schemas and all, per request, a verifier behind verifyBearerToken, guards for Host and Origin in front.
const settings = partySettings()
const tools = benchTools(settings.toolCount)
const createInputSchema = () =>
  z.object({
    text: z.string().max(200).describe('What to answer'),
    times: z.int().min(1).max(10).optional().describe('How often to answer it'),
  })
const sharedSchema = createInputSchema()
const keys = createRemoteJWKSet(new URL(settings.jwksUri))

async function verifyAccessToken(token: string): Promise<AuthInfo> {
  const { payload } = await jwtVerify(token, keys, {
    issuer: settings.issuer,
    audience: settings.resource,
    algorithms: ['ES256'],
    typ: 'at+jwt',
  })
  return {
    token,
    clientId: String(payload['client_id']),
    scopes: String(payload['scope']).split(' '),
    resource: new URL(settings.resource),
    ...(payload.exp === undefined ? {} : { expiresAt: payload.exp }),
  }
}

const handler = createMcpHandler(({ authInfo }) => {
  const server = new McpServer({ name: 'recipe', version: '1.0.0' })
  for (const { name, description, scope } of tools) {
    if (authInfo?.scopes.includes(scope) !== true) continue
    server.registerTool(
      name,
      {
        description,
        inputSchema: settings.sharedSchemas ? sharedSchema : createInputSchema(),
        annotations: { readOnlyHint: true },
      },
      ({ text, times }) => ({ content: [{ type: 'text', text: answerOf(name, text, times) }] }),
    )
  }
  return server
})
const node = toNodeHandler(handler)
const validateHost = localhostHostValidation()
const validateOrigin = localhostOriginValidation()
const resourceMetadataUrl = `${new URL(settings.resource).origin}/.well-known/oauth-protected-resource/mcp`
const options = { verifier: { verifyAccessToken }, expectedResource: new URL(settings.resource), resourceMetadataUrl }

const server = createServer((request, response) => {
  if (!validateHost(request, response) || !validateOrigin(request, response)) return
  const answer = async (): Promise<void> => {
    const auth = await verifyBearerToken(request.headers.authorization, options)
    await node(Object.assign(request, { auth }) as NodeIncomingMessageLike, response)
  }
  answer().catch(async (error: unknown) => {
    const refusal = bearerAuthChallengeResponse(error, options)
    response.writeHead(refusal.status, Object.fromEntries(refusal.headers)).end(await refusal.text())
  })
})
server.listen(Number(new URL(settings.resource).port), '127.0.0.1', () => {
  announce(async () => {
    server.close()
    await handler.close()
  })
})
