import { createServer } from 'node:http'
import { toNodeHandler, type NodeIncomingMessageLike } from '@modelcontextprotocol/node'
import { createMcpHandler, withMcpAuth } from 'mcp-handler'
import * as z from 'zod/v4'
import { answerOf, benchTools } from '../../catalogue.ts'
import { announce, partySettings } from '../announce.ts'
import { createTokenCheck, scopesIn } from './verify-token.ts'

// As its guide shows it: withMcpAuth around the handler, scopes looked at inside each tool. Its lists are not filtered.
const settings = partySettings()
const check = createTokenCheck(settings)
const inputSchema = z.object({
  text: z.string().max(200).describe('What to answer'),
  times: z.int().min(1).max(10).optional().describe('How often to answer it'),
})

const handler = createMcpHandler(
  (server) => {
    for (const { name, description, scope } of benchTools(settings.toolCount)) {
      server.registerTool(
        name,
        { description, inputSchema, annotations: { readOnlyHint: true } },
        ({ text, times }, context) => {
          const allowed = context.http?.authInfo?.scopes.includes(scope) === true
          if (!allowed) return { isError: true, content: [{ type: 'text', text: 'insufficient scope' }] }
          return { content: [{ type: 'text', text: answerOf(name, text, times) }] }
        },
      )
    }
  },
  { serverInfo: { name: 'mcp-handler', version: '1.0.0' } },
)
const guarded = withMcpAuth(
  handler,
  async (_request, token = '') => {
    const payload = await check(token)
    const { exp } = payload
    return {
      token,
      clientId: String(payload['client_id']),
      scopes: scopesIn(payload),
      ...(exp === undefined ? {} : { expiresAt: exp }),
    }
  },
  { required: true },
)
const node = toNodeHandler({ fetch: guarded })
const server = createServer((request, response) => {
  void node(request as NodeIncomingMessageLike, response)
})
server.listen(Number(new URL(settings.resource).port), '127.0.0.1', () => {
  announce(() => {
    server.close()
  })
})
