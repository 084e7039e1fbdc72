import { loadConfig } from '@toolgate/config'
import { explainCall, inspectPolicy, readCaller } from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { startTestHost, type TestHost } from './support/host.ts'
import { startIssuer, type TestIssuer } from './support/issuer.ts'
import { callTool, listTools, send } from './support/wire.ts'

describe('grants: scopes by roles and groups', () => {
  let acme: TestIssuer
  let partner: TestIssuer
  let host: TestHost

  before(async () => {
    ;[acme, partner] = await Promise.all([startIssuer(), startIssuer()])
    host = await startTestHost({
      config: {
        authorizationServers: [{ issuer: acme.issuer }, { issuer: partner.issuer }],
        grants: [
          { issuer: acme.issuer, claim: 'groups', anyOf: ['writers'], scopes: ['fixture:write'] },
          {
            issuer: acme.issuer,
            all: [
              { claim: 'groups', anyOf: ['forcers'] },
              { claim: 'tenant', equals: 'acme' },
            ],
            scopes: ['fixture:force'],
          },
        ],
        tools: { fixture_write: { visibility: 'listed' } },
      },
    })
  })
  after(async () => {
    await host.close()
    await Promise.all([acme.close(), partner.close()])
  })

  function token(scope: string, claims: Readonly<Record<string, unknown>> = {}, issuer = acme) {
    return issuer.token(host.url, { scope, claims })
  }

  for (const family of ['modern', 'legacy'] as const) {
    it(`lets a caller of the group call and see what the token alone would not (${family})`, async () => {
      const writer = await token('', { groups: ['writers'] })
      expect((await callTool(family, host.url, writer, 'fixture_write')).status).to.equal(200)
      const { tools } = (await listTools(family, host.url, writer)).result() as { tools: { name: string }[] }
      expect(tools.map(({ name }) => name)).to.deep.equal(['fixture_anyone', 'fixture_write'])
    })

    it(`responds 403 without scope, and says whom to ask, where only a rule gives the scope (${family})`, async () => {
      const answer = await callTool(family, host.url, await token('fixture:read'), 'fixture_write')
      expect(answer.status).to.equal(403)
      expect(answer.headers['www-authenticate']).to.equal(
        `Bearer error="insufficient_scope", resource_metadata="${host.origin}/.well-known/oauth-protected-resource/mcp"`,
      )
      const { message, data } = answer.error()
      expect(message).to.include(`Ask whoever manages roles and groups at ${acme.issuer}`).and.not.include('writers')
      expect(data).to.deep.include({
        required: ['fixture:write'],
        missing: ['fixture:write'],
        granted: ['fixture:read'],
        notRequestable: ['fixture:write'],
      })
    })
  }

  it('never names a granted scope in the challenge for another', async () => {
    const forcer = await token('fixture:read', { groups: ['forcers'], tenant: 'acme' })
    const answer = await callTool('modern', host.url, forcer, 'fixture_conditional', { force: true })
    expect(answer.status).to.equal(403)
    expect(answer.headers['www-authenticate']).to.include('scope="fixture:change fixture:read"')
    const stepped = await token('fixture:change fixture:read', { groups: ['forcers'], tenant: 'acme' })
    expect((await callTool('modern', host.url, stepped, 'fixture_conditional', { force: true })).status).to.equal(200)
  })

  it('gives nothing for a claim that is absent, of another type, of another issuer, or half of what is asked', async () => {
    const refused = [
      await token(''),
      await token('', { groups: { writers: true } }),
      await token('', { groups: ['writers', 1] }),
      await token('', { groups: 'Writers' }),
      await token('', { groups: ['writers'] }, partner),
      await token('', { groups: ['forcers'] }),
    ]
    for (const [index, each] of refused.entries()) {
      expect((await callTool('modern', host.url, each, 'fixture_write')).status, String(index)).to.equal(403)
    }
  })

  it('gives what it gave when the token comes out of the cache', async () => {
    const writer = await token('', { groups: 'writers' })
    const other = await token('', { groups: 'readers' })
    for (const [each, status] of [
      [writer, 200],
      [other, 403],
      [writer, 200],
      [other, 403],
    ] as const) {
      expect((await callTool('modern', host.url, each, 'fixture_write')).status).to.equal(status)
    }
  })

  it('neither asks for such scopes at the first sign-in nor lists them in the metadata', async () => {
    const { scopes_supported: supported } = (
      await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })
    ).json()
    expect(supported).to.include('fixture:change').and.not.include.members(['fixture:write'])
    expect(supported).not.to.include('fixture:force')
    const unknown = await callTool('modern', host.url, undefined, 'fixture_write')
    expect(unknown.headers['www-authenticate'])
      .to.match(/scope="[^"]*fixture:read/)
      .and.not.include('fixture:write')
  })

  it('shows plugins what rules gave apart from the scopes of the token, and no claim that was not chosen', async () => {
    const writer = await token('fixture:read', { groups: ['writers'], email: 'ada@acme.example' })
    const answer = await callTool('modern', host.url, writer, 'fixture_echo', { text: 'x' })
    expect(answer.result().structuredContent)
      .to.have.property('principal')
      .that.deep.equals({
        issuer: acme.issuer,
        subject: 'user-1',
        clientId: 'test-client',
        scopes: ['fixture:read'],
        granted: ['fixture:write'],
        claims: {},
      })
    const reader = await callTool('modern', host.url, await token('fixture:read'), 'fixture_echo', { text: 'x' })
    expect(reader.result().structuredContent).to.have.property('principal').that.not.has.property('granted')
  })

  it('writes the rule to the audit, and of held scopes those of the token alone', async () => {
    const sub = 'audited'
    await callTool('modern', host.url, await token('email', { groups: ['writers'], sub }), 'fixture_write')
    const record = (await host.audit()).find((each) => each.type === 'decision' && each.subject === sub)
    expect(record).to.deep.include({ effect: 'allow', held: ['email'] })
    expect(record).to.have.property('reason').that.includes('fixture:write granted by rule grants[0]')
  })

  it('are explained like the wire answers: with the rule that gave the scope, and the same refusal without it', async () => {
    const file = join(host.folder, 'mcp.config.json')
    const inspected = await inspectPolicy(await loadConfig({ file, folder: host.folder, environment: {} }))
    const explain = async (compact: string) => {
      const caller = await readCaller(inspected, { token: compact }, Math.floor(Date.now() / 1000))
      return explainCall(inspected, { tool: 'fixture_write', caller, args: { value: {} } })
    }
    const writer = await explain(await token('', { groups: ['writers'] }))
    expect(writer.effect).to.equal('allow')
    expect(writer.steps[0]).to.deep.equal({ kind: 'grant', declaredAt: 'grants[0]', scope: 'fixture:write' })
    const reader = await token('fixture:read')
    const { answer } = await explain(reader)
    const wire = await callTool('legacy', host.url, reader, 'fixture_write')
    expect(answer?.headers['WWW-Authenticate']).to.equal(wire.headers['www-authenticate'])
    expect(answer?.body).to.have.nested.property('error.message', wire.error().message)
  })
})
