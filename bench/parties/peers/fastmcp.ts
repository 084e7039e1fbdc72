import { FastMCP } from 'fastmcp'
import * as z from 'zod/v4'
import { answerOf, benchTools } from '../../catalogue.ts'
import { announce, partySettings } from '../announce.ts'
import { createTokenCheck, scopesIn } from './verify-token.ts'

// As its guide shows it: authenticate per request, canAccess per tool, stateless, answers as JSON.
const settings = partySettings()
const check = createTokenCheck(settings)
const parameters = z.object({
  text: z.string().max(200).describe('What to answer'),
  times: z.int().min(1).max(10).optional().describe('How often to answer it'),
})

const server = new FastMCP<{ scopes: string[] }>({
  name: 'fastmcp',
  version: '1.0.0',
  authenticate: async (request) => {
    const [, token = ''] = (request.headers.authorization ?? '').split(' ')
    return { scopes: scopesIn(await check(token)) }
  },
})
for (const { name, description, scope } of benchTools(settings.toolCount)) {
  server.addTool({
    name,
    description,
    parameters,
    annotations: { readOnlyHint: true },
    canAccess: ({ scopes }) => scopes.includes(scope),
    execute: ({ text, times }) => Promise.resolve(answerOf(name, text, times)),
  })
}
await server.start({
  transportType: 'httpStream',
  httpStream: {
    host: '127.0.0.1',
    port: Number(new URL(settings.resource).port),
    stateless: true,
    enableJsonResponse: true,
  },
})
announce(() => server.stop())
