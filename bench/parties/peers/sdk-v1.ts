import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import * as z from 'zod/v4'
import { answerOf, benchTools } from '../../catalogue.ts'
import { announce, partySettings } from '../announce.ts'
import { createTokenCheck, scopesIn } from './verify-token.ts'

// The stateless server of the SDK's first line, as its guide shows it: Express, requireBearerAuth, a server and a transport per request.
const settings = partySettings()
const tools = benchTools(settings.toolCount)
const check = createTokenCheck(settings)
const inputSchema = {
  text: z.string().max(200).describe('What to answer'),
  times: z.int().min(1).max(10).optional().describe('How often to answer it'),
}

function createServer(scopes: readonly string[]): McpServer {
  const server = new McpServer({ name: 'sdk-v1', version: '1.0.0' })
  for (const { name, description, scope } of tools) {
    if (!scopes.includes(scope)) continue
    server.registerTool(name, { description, inputSchema, annotations: { readOnlyHint: true } }, ({ text, times }) => ({
      content: [{ type: 'text', text: answerOf(name, text, times) }],
    }))
  }
  return server
}

const app = createMcpExpressApp()
app.use(
  requireBearerAuth({
    verifier: {
      async verifyAccessToken(token) {
        const payload = await check(token)
        const { exp } = payload
        return {
          token,
          clientId: String(payload['client_id']),
          scopes: scopesIn(payload),
          ...(exp === undefined ? {} : { expiresAt: exp }),
        }
      },
    },
  }),
)
app.post('/mcp', async (request, response) => {
  const server = createServer(request.auth?.scopes ?? [])
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  response.on('close', () => {
    void transport.close()
    void server.close()
  })
  await server.connect(transport)
  await transport.handleRequest(request, response, request.body)
})
const server = app.listen(Number(new URL(settings.resource).port), '127.0.0.1', () => {
  announce(() => {
    server.close()
  })
})
