import { loadConfig } from '@toolgate/config'
import { explainCall, inspectPolicy, readCaller, type InspectedPolicy } from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { createDpopKey, type DpopKey } from './support/dpop-key.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { post, type WireAnswer } from './support/wire.ts'

describe('an explanation of a caller whose token is bound to a key', () => {
  let host: TestHost
  let inspected: InspectedPolicy
  let key: DpopKey
  before(async () => {
    key = await createDpopKey()
    host = await startTestHost({ issuer: { dpop: 'allowed' } })
    const file = join(host.folder, 'mcp.config.json')
    inspected = await inspectPolicy(await loadConfig({ file, folder: host.folder, environment: {} }))
  })
  after(() => host.close())

  const now = () => Date.now() / 1000
  const token = (claims: Readonly<Record<string, unknown>> = {}) =>
    host.token('fixture:read', { claims: { cnf: { jkt: key.thumbprint }, ...claims } })
  const explain = (caller: Awaited<ReturnType<typeof readCaller>>) =>
    explainCall(inspected, { tool: 'fixture_write', caller, args: { value: {} } }).answer

  async function callBound(compact: string): Promise<WireAnswer> {
    const dpop = await key.proof({ url: host.url, token: compact })
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'fixture_write' } }
    return post(host.url, undefined, call, { authorization: `DPoP ${compact}`, dpop })
  }

  it('is the challenge of the wire by its token and by its claims, which an introspection answer is too', async () => {
    const compact = await token()
    const wire = await callBound(compact)
    expect(wire.headers['www-authenticate']).to.match(/^DPoP error="insufficient_scope"/)
    const claims = { sub: 'user-1', active: true, scope: 'fixture:read', cnf: { jkt: key.thumbprint } }
    for (const source of [{ token: compact }, { claims }]) {
      const answer = explain(await readCaller(inspected, source, now()))
      expect(answer?.headers['WWW-Authenticate']).to.equal(wire.headers['www-authenticate'])
    }
  })

  it('names the error in the scheme by which such a token comes, also of one that is refused', async () => {
    const compact = await token({ aud: 'https://other.example/mcp' })
    const wire = await callBound(compact)
    expect(wire.status).to.equal(401)
    const answer = explain(await readCaller(inspected, { token: compact }, now()))
    expect(answer?.headers['WWW-Authenticate']).to.deep.equal(wire.lines['www-authenticate'])
  })

  it('is the refusal of the wire for claims that bind in another way, or say that a token is not active', async () => {
    for (const more of [{ cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } }, { active: false }]) {
      const claims = { sub: 'user-1', scope: 'fixture:write', ...more }
      expect(explain(await readCaller(inspected, { claims }, now()))?.status, JSON.stringify(more)).to.equal(401)
    }
  })
})
