import { scopesOf } from './callers.ts'
import type { Path } from './path.ts'
import type { Probe } from './probe.ts'
import { scopesAskedFor, type Seen } from './verdicts.ts'
import { mcpHeaders } from '../wire.ts'

/** Requests with a good token that are no JSON-RPC message to the endpoint. */
export const requestsPath: Path = {
  name: 'a request beside the protocol',
  revisions: ['any'],
  async check(probe) {
    if (!probe.caller.broad) return
    const [tool = ''] = probe.world.tools
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } })
    const requests: readonly (readonly [string, string, number])[] = [
      ['GET', '/mcp', 405],
      ['DELETE', '/mcp', 405],
      ['PUT', '/mcp', 405],
      ['PATCH', '/mcp', 405],
      ['POST', '/', 404],
      ['POST', '/mcp/', 404],
      ['POST', '/MCP', 404],
      ['POST', '/mcp/tools/call', 404],
      ['POST', `/mcp/${tool}`, 404],
      ['GET', `/tools/${tool}`, 404],
      ['GET', '/tools', 404],
      ['GET', '/sse', 404],
      ['POST', '/messages', 404],
      ['GET', '/.well-known/mcp.json', 404],
    ]
    for (const [method, path, status] of requests) {
      const sent = method === 'GET' || method === 'DELETE' ? {} : { body }
      const seen = await probe.send({ method, path, headers: mcpHeaders, ...sent })
      probe.compare(`${method} ${path}`, String(status), statusSeen(seen), seen, path.includes(tool) ? [tool] : [])
    }
  },
}

/** What is told without a token: documents, pages and the first challenge. */
export const documentsPath: Path = {
  name: 'a document or challenge for everybody',
  revisions: ['any'],
  async check(probe) {
    if (probe.caller.name !== 'no scope') return
    const open = { authorization: undefined }
    for (const path of ['/', '/healthz', '/readyz', '/.well-known/oauth-protected-resource/mcp']) {
      const seen = await probe.send({ path, headers: open })
      probe.compare(`GET ${path}`, '200', statusSeen(seen), seen, [])
    }
    const preflight = await probe.send({
      method: 'OPTIONS',
      path: '/mcp',
      headers: { ...open, origin: probe.world.host.origin },
    })
    probe.compare('OPTIONS /mcp', '204', statusSeen(preflight), preflight, [])
    await checkMetadata(probe)
    for (const authorization of [undefined, 'Bearer bad', 'Basic dXNlcjpwYXNz']) {
      await checkChallenge(probe, authorization)
    }
  },
}

async function checkMetadata(probe: Probe): Promise<void> {
  const { policy } = probe.world
  const seen = await probe.send({
    path: '/.well-known/oauth-protected-resource',
    headers: { authorization: undefined },
  })
  const scopes = seen.answer.json().scopes_supported as readonly string[]
  const shown = policy.tools.filter((tool) => {
    const decision = policy.decide([], tool.tool)
    return decision.effect !== 'deny' || !decision.concealed
  })
  const notRequestable = new Set(
    policy.tools.flatMap(({ tool }) => {
      const decision = policy.decide([], tool, { value: { force: true } })
      return decision.effect === 'deny' ? decision.notRequestable : []
    }),
  )
  const expected = [...new Set(shown.flatMap(scopesOf))].filter((scope) => !notRequestable.has(scope)).sort()
  probe.compare('scopes_supported', expected.join(' '), scopes.join(' '), seen, [])
}

async function checkChallenge(probe: Probe, authorization: string | undefined): Promise<void> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  const headers = { ...mcpHeaders, authorization }
  const seen = await probe.send({ method: 'POST', path: '/mcp', headers, body })
  const asked = scopesAskedFor(seen.answer.headers['www-authenticate'] ?? '')
  const { initialScopes } = probe.world.policy
  probe.compare(
    'the first challenge',
    `401 ${initialScopes.join(' ')}`,
    `${statusSeen(seen)} ${asked.join(' ')}`,
    seen,
    [],
  )
}

function statusSeen({ answer, ran }: Seen): string {
  const status = String(answer.status)
  return ran.length === 0 ? status : `${status}, and ran ${ran.join(', ')}`
}
