import type { DecisionRecord } from '@toolgate/audit'
import { loadConfig } from '@toolgate/config'
import { explainDenial, inspectPolicy, type InspectedPolicy } from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { createDpopKey, type DpopKey } from './support/dpop-key.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, post, type WireAnswer } from './support/wire.ts'

const secondsAgo = (age: number) => Math.floor(Date.now() / 1000) - age

describe('why, of callers to whom rules of grants give scopes', () => {
  let host: TestHost
  let inspected: InspectedPolicy
  let key: DpopKey
  before(async () => {
    key = await createDpopKey()
    host = await startTestHost({
      issuer: { dpop: 'allowed' },
      config: {
        grants: [
          { claim: 'groups', anyOf: ['writers'], scopes: ['fixture:write'] },
          { claim: 'groups', anyOf: ['forcers'], scopes: ['fixture:force'] },
        ],
        tools: {
          fixture_write: { visibility: 'listed', requires: { maxAgeSeconds: 300, acr: ['gold'] } },
          fixture_admin: { scopes: ['fixture:write', 'fixture:change'] },
        },
      },
    })
    const file = join(host.folder, 'mcp.config.json')
    inspected = await inspectPolicy(await loadConfig({ file, folder: host.folder, environment: {} }))
  })
  after(() => host.close())

  const lastDecision = async (): Promise<DecisionRecord> => {
    const record = (await host.audit()).findLast((one) => one.type === 'decision')
    if (record === undefined) throw new Error('nothing is in the audit')
    return record
  }

  async function expectSame(wire: WireAnswer) {
    const explained = explainDenial(inspected, await lastDecision())
    expect(explained.sameRules).to.equal(true)
    const { answer } = explained.explanation
    expect(answer?.status).to.equal(wire.status)
    expect(answer?.headers['WWW-Authenticate']).to.equal(wire.headers['www-authenticate'])
    expect(answer?.body).to.deep.equal(wire.json())
    return explained
  }

  it('is the 403 without scope that was sent, and tells nobody to sign in again', async () => {
    const wire = await callTool('legacy', host.url, await host.token('fixture:read'), 'fixture_write')
    expect(wire.status).to.equal(403)
    const { mends } = await expectSame(wire)
    expect(mends?.caller).to.not.match(/^Sign in again/)
    expect(mends?.caller).to.include('fixture:write').and.include('role or group')
    expect(mends?.client).to.match(/^Nothing/)
    expect(mends?.operator).to.include('grants[0]')
  })

  it('is the 403 for what no rule gave, by a caller whom one gave the rest', async () => {
    const token = await host.token('', { claims: { groups: ['writers'] } })
    const wire = await callTool('legacy', host.url, token, 'fixture_admin')
    expect(wire.status).to.equal(403)
    const { explanation } = await expectSame(wire)
    expect(explanation.missing).to.deep.equal(['fixture:change'])
    expect(explanation.steps[0]).to.include({ kind: 'grant', declaredAt: 'grants[0]', scope: 'fixture:write' })
  })

  it('is the 401 of a stale sign-in whose scopes a rule gave, by the scheme of a bound caller too', async () => {
    const claims = { groups: ['writers'], auth_time: secondsAgo(400) }
    const plain = await callTool('legacy', host.url, await host.token('email', { claims }), 'fixture_write')
    expect(plain.status).to.equal(401)
    await expectSame(plain)

    const cnf = { jkt: key.thumbprint }
    const token = await host.token('fixture:read', { claims: { ...claims, cnf } })
    const dpop = await key.proof({ url: host.url, token })
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'fixture_write' } }
    const bound = await post(host.url, undefined, call, { authorization: `DPoP ${token}`, dpop })
    expect(bound.status).to.equal(401)
    expect(bound.lines['www-authenticate']).to.have.length(1)
    expect(bound.headers['www-authenticate']).to.match(
      /^DPoP error="insufficient_user_authentication", .*acr_values="gold", max_age="300", scope="fixture:read", .*algs="/,
    )
    await expectSame(bound)
  })
})
