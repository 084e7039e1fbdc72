import { expect } from 'chai'
import { conformancePlugins } from './conformance/start-judged-host.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { startOpaqueIssuer, type OpaqueIssuer } from './support/opaque-issuer.ts'
import { post, postModern, send, type WireAnswer } from './support/wire.ts'

/** The tokens that the proposed scenario of the conformance suite names. */
const low = 'mcp-conformance-scope-low'
const full = 'mcp-conformance-scope-full'
const baseline = 'mcp:conformance:baseline'

/** One thing of the fixture plugin, what it demands, and what it answers to whoever has it. */
interface Fixture {
  readonly what: string
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly scopes: readonly string[]
  readonly result: object
}

const fixtures: readonly Fixture[] = [
  {
    what: 'a tool',
    method: 'tools/call',
    params: { name: 'test_simple_text' },
    scopes: ['mcp:conformance:tools:call', 'mcp:conformance:tools:test_simple_text'],
    result: { content: [{ type: 'text', text: 'This is a simple text response for testing.' }] },
  },
  {
    what: 'a resource',
    method: 'resources/read',
    params: { uri: 'test://static-text' },
    scopes: ['mcp:conformance:resources:read', 'mcp:conformance:resources:static'],
    result: { contents: [{ uri: 'test://static-text', mimeType: 'text/plain', text: 'This text never changes.' }] },
  },
  {
    what: 'a resource of a template',
    method: 'resources/read',
    params: { uri: 'test://template/123/data' },
    scopes: ['mcp:conformance:resources:read', 'mcp:conformance:resources:template:123'],
    result: {
      contents: [
        {
          uri: 'test://template/123/data',
          mimeType: 'application/json',
          text: '{"id":"123","data":"These are the data of 123."}',
        },
      ],
    },
  },
  {
    what: 'a prompt',
    method: 'prompts/get',
    params: { name: 'test_simple_prompt' },
    scopes: ['mcp:conformance:prompts:get', 'mcp:conformance:prompts:test_simple_prompt'],
    result: {
      messages: [{ role: 'user', content: { type: 'text', text: 'This is a simple prompt for testing.' } }],
    },
  },
]

/** The parameters of the one challenge that an answer has. */
function challengeOf({ lines }: WireAnswer): Readonly<Record<string, string>> {
  const sent = lines['www-authenticate'] ?? []
  expect(sent).to.have.length(1)
  const [line = ''] = sent
  expect(line).to.match(/^Bearer [^ ]/)
  expect(line.match(/\bBearer\b/g)).to.have.length(1)
  return Object.fromEntries(
    [...line.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

function scopesIn(challenge: Readonly<Record<string, string>>): readonly string[] {
  return challenge.scope?.split(' ') ?? []
}

describe('the scope challenges that the conformance suite proposes', () => {
  let issuer: OpaqueIssuer
  let host: TestHost

  before(async () => {
    const everything = [...new Set(fixtures.flatMap(({ scopes }) => scopes))]
    issuer = await startOpaqueIssuer([baseline, ...everything].join(' '))
    host = await startTestHost({
      config: {
        authorizationServers: [{ issuer: issuer.issuer, introspection: issuer.clients.client_secret_basic }],
      },
      environment: issuer.environment,
      plugins: conformancePlugins,
    })
    await issuer.namedToken(low, host.url, baseline)
    await issuer.namedToken(full, host.url, everything.join(' '))
  })
  after(async () => {
    await host.close()
    await issuer.close()
  })

  const asks = {
    '2026-07-28': (token: string, { method, params }: Fixture) => {
      const mirrored = typeof params.uri === 'string' ? { 'mcp-name': params.uri } : {}
      return postModern(host.url, token, { method, params }, mirrored)
    },
    '2025-11-25': (token: string, { method, params }: Fixture) =>
      post(host.url, token, { jsonrpc: '2.0', id: 1, method, params }, { 'mcp-protocol-version': '2025-11-25' }),
  }

  for (const [revision, ask] of Object.entries(asks)) {
    for (const [index, fixture] of fixtures.entries()) {
      it(`responds 403 with every scope of ${fixture.what} in one challenge, and then its result (${revision})`, async () => {
        const denied = await ask(low, fixture)
        expect(denied.status).to.equal(403)
        const challenge = challengeOf(denied)
        expect(challenge.error).to.equal('insufficient_scope')
        expect(challenge.resource_metadata).to.equal(`${host.origin}/.well-known/oauth-protected-resource/mcp`)
        expect(scopesIn(challenge)).to.include.members(fixture.scopes)

        const retried = await ask(full, fixture)
        expect(retried.status).to.equal(200)
        expect(retried.result()).to.deep.include(fixture.result)

        // Clients ask for the challenge's scopes alone: a token with just these has to do.
        const asked = `asked-${String(index)}-${revision}`
        await issuer.namedToken(asked, host.url, scopesIn(challenge).join(' '))
        expect((await ask(asked, fixture)).status).to.equal(200)
      })

      it(`responds 403 to a token with a part of the scopes of ${fixture.what} (${revision})`, async () => {
        for (const [part, scope] of fixture.scopes.entries()) {
          const token = `part-${String(part)}-${String(index)}-${revision}`
          await issuer.namedToken(token, host.url, scope)
          const denied = await ask(token, fixture)
          expect(denied.status).to.equal(403)
          expect(scopesIn(challengeOf(denied))).to.have.members(fixture.scopes)
        }
      })
    }
  }

  it('asks for the scope of one id of a template for that id alone', async () => {
    await issuer.namedToken('reader', host.url, 'mcp:conformance:resources:read')
    const read = { method: 'resources/read', params: { uri: 'test://template/124/data' } }
    const answer = await postModern(host.url, 'reader', read, { 'mcp-name': read.params.uri })
    expect(answer.status).to.equal(200)
  })

  it('names a metadata document that is there and lists every one of the scopes', async () => {
    const { pathname } = new URL(`${host.origin}/.well-known/oauth-protected-resource/mcp`)
    const { scopes_supported: supported } = (await send(host.origin, { path: pathname })).json()
    expect(supported).to.include.members(fixtures.flatMap(({ scopes }) => scopes))
  })
})
