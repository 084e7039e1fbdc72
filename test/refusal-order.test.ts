import { expect } from 'chai'
import { startTestHost } from './support/host.ts'
import { mcpHeaders, modernMeta, send, type WireAnswer } from './support/wire.ts'

interface Attempt {
  method: string
  path: string
  headers: Record<string, string | string[]>
  body: string
}

/** One thing that is wrong with the request, what it is answered with, and its mend. */
type Stage = readonly [name: string, check: (answer: WireAnswer) => void, mend: (attempt: Attempt) => void]

function status(expected: number, words = ''): (answer: WireAnswer) => void {
  return (answer) => {
    expect(answer.status).to.equal(expected)
    expect(answer.text).to.include(words)
  }
}

function rpcError(expected: number, code: number): (answer: WireAnswer) => void {
  return (answer) => {
    expect(answer.status).to.equal(expected)
    expect(answer.error().code).to.equal(code)
  }
}

/** A call of revision 2026-07-28 with an argument of the wrong type. */
function call(id: unknown): string {
  const params = { name: 'fixture_header', arguments: { region: 7 }, _meta: modernMeta }
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })
}

describe('a request with everything wrong', () => {
  it('is refused for one thing after the other, in the order of the rooms', async () => {
    const host = await startTestHost({ config: { limits: { bodyBytes: 10_000 } } })
    const reader = await host.token('fixture:read')
    const stranger = await host.token('second:read')
    const attempt: Attempt = {
      method: 'PUT',
      path: '/none',
      headers: {
        host: 'attacker.example',
        origin: 'https://attacker.example',
        'content-type': 'text/plain',
        accept: 'text/html',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': ['tools/call', 'tools/call'],
        'mcp-name': 'fixture_header',
      },
      body: `"${'x'.repeat(20_000)}"`,
    }
    const { headers } = attempt
    const stages: readonly Stage[] = [
      ['Host', status(403, 'this host'), () => delete headers['host']],
      ['Origin', status(403, 'this origin'), () => delete headers['origin']],
      ['path', status(404), () => (attempt.path = '/mcp')],
      ['method', status(405), () => (attempt.method = 'POST')],
      ['token', status(401), () => (headers['authorization'] = `Bearer ${stranger}`)],
      ['media type', status(415), () => (headers['content-type'] = mcpHeaders['content-type'])],
      ['Accept', status(406), () => (headers['accept'] = mcpHeaders.accept)],
      ['size', status(413), () => (attempt.body = '{')],
      ['JSON', rpcError(400, -32700), () => (attempt.body = call(null))],
      ['headers', rpcError(400, -32020), () => (headers['mcp-method'] = 'tools/call')],
      ['envelope', rpcError(400, -32600), () => (attempt.body = call(1))],
      ['scope', status(403, 'fixture:read'), () => (headers['authorization'] = `Bearer ${reader}`)],
      ['parameter header', rpcError(400, -32020), () => (headers['mcp-param-region'] = '7')],
      ['schema', status(200, '/region'), () => (attempt.body = call(1).replace('7}', '"7"}'))],
      ['nothing', status(200, '\\"region\\":\\"7\\"'), () => undefined],
    ]
    try {
      for (const [name, check, mend] of stages) {
        try {
          check(await send(host.origin, attempt))
        } catch (cause) {
          throw new Error(`not refused for its ${name}`, { cause })
        }
        mend(attempt)
      }
    } finally {
      await host.close()
    }
  })

  it('keeps no connection with bytes that were not read', async () => {
    const host = await startTestHost({ config: { limits: { bodyBytes: 10_000 } } })
    const authorization = `Bearer ${await host.token('fixture:read')}`
    const body = `"${'x'.repeat(5_000_000)}"`
    const wrong = {
      401: { ...mcpHeaders },
      404: { ...mcpHeaders },
      413: { ...mcpHeaders, authorization },
      415: { ...mcpHeaders, authorization, 'content-type': 'text/plain' },
    }
    try {
      for (const [expected, headers] of Object.entries(wrong)) {
        const path = expected === '404' ? '/none' : '/mcp'
        const answer = await send(host.origin, { method: 'POST', path, headers, body })
        expect(answer.status).to.equal(Number(expected))
        expect(answer.headers.connection, expected).to.equal('close')
      }
    } finally {
      await host.close()
    }
  })
})
