import type { DecisionRecord } from '@toolgate/audit'
import { HostError } from '@toolgate/core'
import { expect } from 'chai'
import fc from 'fast-check'
import { startTestHost, type TestHost, type TestHostOptions } from './support/host.ts'
import { startIssuer, type TestIssuer } from './support/issuer.ts'
import { callTool, listTools, post, send, type WireAnswer } from './support/wire.ts'

const audience = 'urn:fixture'
const shadow = {
  tools: {
    fixture_write: { scopes: ['fixture:admin'] },
    fixture_conditional: {
      when: [
        { arguments: { properties: { force: { const: true } }, required: ['force'] }, scopes: ['fixture:superforce'] },
      ],
    },
    fixture_anyone: { scopes: ['fixture:read'], requires: { acr: ['gold'] } },
    fixture_admin: { scopes: 'authenticated' },
    fixture_hidden: { scopes: 'authenticated' },
  },
  plugins: { fixture: { requires: { maxAgeSeconds: 300 } } },
}
const tools = {
  fixture_write: { visibility: 'listed' },
  fixture_hidden: { visibility: 'concealed' },
  fixture_header: { requires: { maxAgeSeconds: 60 } },
}

describe('shadow rules', () => {
  let issuer: TestIssuer
  let watched: TestHost
  let plain: TestHost

  before(async () => {
    issuer = await startIssuer()
    const config = { authorizationServers: [{ issuer: issuer.issuer, audience }], tools }
    watched = await startTestHost({ config: { ...config, shadow } })
    plain = await startTestHost({ config })
  })
  after(async () => {
    await Promise.all([watched.close(), plain.close()])
    await issuer.close()
  })

  const tokenOf = (scope: string, claims = {}) => issuer.token(audience, { scope, claims })
  const last = async (host: TestHost): Promise<DecisionRecord> => {
    const record = (await host.audit()).findLast((one) => one.type === 'decision')
    if (record === undefined) throw new Error('nothing is in the audit')
    return record
  }
  async function recorded(tool: string, scope: string, args = {}, claims = {}) {
    const { status } = await callTool('modern', watched.url, await tokenOf(scope, claims), tool, args)
    return { status, ...(await last(watched)) }
  }

  it('write to the audit that an allowed call would be refused, and let it run', async () => {
    expect(await recorded('fixture_write', 'fixture:write')).to.deep.include({
      status: 200,
      effect: 'allow',
      shadow: { effect: 'would_deny', rule: 'shadow.tools.fixture_write', missing: ['fixture:admin'] },
    })
    expect(await recorded('fixture_write', 'fixture:write fixture:admin')).to.deep.include({
      status: 200,
      shadow: { effect: 'would_allow', rule: 'shadow.tools.fixture_write' },
    })
  })

  it('write that a refused call would be allowed, and let it be refused', async () => {
    expect(await recorded('fixture_admin', '')).to.deep.include({
      status: 403,
      effect: 'deny',
      shadow: { effect: 'would_allow', rule: 'shadow.tools.fixture_admin' },
    })
    expect(await recorded('fixture_hidden', '', { number: 1 })).to.deep.include({
      status: 200,
      effect: 'deny',
      shadow: { effect: 'would_allow', rule: 'shadow.tools.fixture_hidden' },
    })
  })

  it('see the arguments that the call was judged with, and keep what they do not name', async () => {
    const forced = await recorded('fixture_conditional', 'fixture:change fixture:force', { force: true })
    expect(forced.shadow).to.deep.include({ effect: 'would_deny', missing: ['fixture:superforce'] })
    const calm = await recorded('fixture_conditional', 'fixture:change')
    expect(calm.shadow).to.deep.equal({ effect: 'would_allow', rule: 'shadow.tools.fixture_conditional' })
    const broken = await recorded('fixture_conditional', 'fixture:change', { force: 1 })
    expect(broken.shadow).to.have.property('effect', 'would_allow')
  })

  it('count for all tools of a plugin, but for those with a line of their own, and judge the sign-in', async () => {
    const seconds = Math.floor(Date.now() / 1000)
    const echo = await recorded('fixture_echo', 'fixture:read', { text: 'x' }, { auth_time: seconds - 400 })
    expect(echo).to.include({ status: 200, effect: 'allow' })
    expect(echo.shadow).to.include({ effect: 'would_deny', rule: 'shadow.plugins.fixture' })
    expect(echo.shadow?.stale?.[0]).to.match(/^signed in 40\d seconds ago, 300 allowed$/)
    const stale = await recorded('fixture_header', 'fixture:read', {}, { auth_time: seconds - 100 })
    expect(stale).to.include({ status: 401, effect: 'stale' })
    expect(stale.shadow).to.deep.equal({ effect: 'would_allow', rule: 'shadow.plugins.fixture' })
    expect((await recorded('fixture_anyone', 'fixture:read')).shadow?.stale).to.deep.equal(['the token has no acr'])
    expect(await recorded('second_read', 'second:read')).to.not.have.property('shadow')
    expect(await recorded('fixture_absent', 'fixture:read')).to.not.have.property('shadow')
  })

  it('change neither the hash of the rules nor the generation of the tools', async () => {
    const token = await tokenOf('fixture:read')
    for (const host of [watched, plain]) await callTool('modern', host.url, token, 'fixture_anyone')
    const [one, other] = [await last(watched), await last(plain)]
    expect(one.policyHash).to.equal(other.policyHash)
    expect(one.catalogueGeneration).to.equal(other.catalogueGeneration)
    expect(other).to.not.have.property('shadow')
  })

  /** All that a caller sees, but for what differs from request to request by itself. */
  function seen({ status, headers, text }: WireAnswer, host: TestHost): string {
    const { date: _date, 'content-length': _length, ...kept } = headers
    const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
    return JSON.stringify({ status, kept, text }).replaceAll(host.origin, 'ORIGIN').replaceAll(id, 'ID')
  }
  const both = async (ask: (host: TestHost) => Promise<WireAnswer>) => {
    const [one, other] = await Promise.all([ask(watched), ask(plain)])
    return [seen(one, watched), seen(other, plain)] as const
  }

  it('change nothing on the wire, to the byte: calls, batches and lists of any caller', async () => {
    const scopes = ['read', 'write', 'admin', 'audit', 'change', 'force', 'operate', 'secret'].map(
      (name) => `fixture:${name}`,
    )
    const name = fc.constantFrom(
      ...['fixture_echo', 'fixture_write', 'fixture_conditional', 'fixture_anyone', 'fixture_admin', 'fixture_hidden'],
      ...['fixture_header', 'second_read', 'fixture_absent'],
    )
    const args = fc.constantFrom<Record<string, unknown>>(
      {},
      { force: true },
      { text: 'x' },
      { number: 1 },
      { text: 1 },
    )
    const claims = fc.constantFrom({}, { auth_time: Math.floor(Date.now() / 1000) - 100 }, { acr: 'gold' })
    const family = fc.constantFrom('modern' as const, 'legacy' as const)
    await fc.assert(
      fc.asyncProperty(fc.subarray(scopes), name, name, args, claims, family, async (...drawn) => {
        const [held, tool, second, given, signIn, revision] = drawn
        const token = await tokenOf(held.join(' '), signIn)
        const batch = [tool, second].map((called, id) => {
          return { jsonrpc: '2.0', id, method: 'tools/call', params: { name: called, arguments: given } }
        })
        const pairs = [
          await both((host) => callTool(revision, host.url, token, tool, given)),
          await both((host) => listTools(revision, host.url, token)),
          await both((host) => post(host.url, token, batch)),
        ]
        for (const [one, other] of pairs) expect(one).to.equal(other)
      }),
      { numRuns: 100 },
    )
  })

  it('change neither the metadata nor the first 401', async () => {
    const path = '/.well-known/oauth-protected-resource/mcp'
    for (const ask of [
      (host: TestHost) => send(host.origin, { path }),
      (host: TestHost) => callTool('modern', host.url, undefined, 'fixture_write'),
    ]) {
      const [one, other] = await both(ask)
      expect(one).to.equal(other).and.to.not.include('superforce')
    }
  })

  describe('in a configuration', () => {
    async function faultsOf(options: TestHostOptions): Promise<readonly string[]> {
      const error: unknown = await startTestHost(options).then(
        (host) => host.close(),
        (thrown: unknown) => thrown,
      )
      if (!(error instanceof HostError)) throw error instanceof Error ? error : new Error('the host started')
      return error.faults.map(({ path, message, mend }) => `${path} ${message} ${mend}`)
    }

    it('are faults where they watch what is not there, with what was meant', async () => {
      const config = { shadow: { tools: { fixture_wrte: { scopes: ['a'] } }, plugins: { fixtur: { scopes: ['a'] } } } }
      expect(await faultsOf({ config })).to.deep.equal([
        'shadow.tools.fixture_wrte watches a tool that is not loaded Did you mean "fixture_write"?',
        'shadow.plugins.fixtur watches a plugin that is not loaded Did you mean "fixture"?',
      ])
    })

    it('are faults where a schema of theirs is none, once for a whole plugin', async () => {
      const when = [{ arguments: { type: 'nothing' }, scopes: ['a'] }]
      const faults = await faultsOf({ config: { shadow: { plugins: { fixture: { when } } } } })
      expect(faults).to.have.lengthOf(1)
      expect(faults[0]).to.match(/^plugin fixture shadow\.plugins\.fixture\.when\[0\]\.arguments/)
    })

    it('may name and describe scopes that no tool needs yet', async () => {
      const host = await startTestHost({
        config: { shadow, scopes: { 'fixture:superforce': { description: 'More', implies: ['fixture:force'] } } },
      })
      await host.close()
      const misspelt = { shadow, scopes: { 'fixture:superforc': {} } }
      expect((await faultsOf({ config: misspelt }))[0]).to.match(/^scopes\["fixture:superforc"\] is a scope/)
    })
  })
})
