import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, listTools, post, send, type WireAnswer } from './support/wire.ts'

const families = ['modern', 'legacy'] as const

function challengeOf(answer: WireAnswer): string {
  return answer.headers['www-authenticate'] ?? ''
}

describe('401 and 403', () => {
  let host: TestHost
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  before(async () => {
    host = await startTestHost({
      config: {
        tools: { fixture_write: { visibility: 'listed' } },
        scopes: { 'fixture:operate': { description: 'Operate', implies: ['fixture:write'] } },
      },
    })
  })
  after(() => host.close())

  describe('without credentials', () => {
    it('responds 401 with the initial scopes and the metadata, and no error', async () => {
      const answer = await post(host.url, undefined, ping)
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.equal(
        `Bearer scope="fixture:read fixture:secret second:read", resource_metadata="${host.origin}/.well-known/oauth-protected-resource/mcp"`,
      )
      expect(answer.headers['cache-control']).to.equal('no-store')
    })

    it('does not read the body', async () => {
      const answer = await post(host.url, undefined, 'x'.repeat(5_000_000))
      expect(answer.status).to.equal(401)
      expect(answer.headers.connection).to.equal('close')
    })

    it('takes a token in the query string for none', async () => {
      const token = await host.token('fixture:read')
      const answer = await send(host.origin, { method: 'POST', path: `/mcp?access_token=${token}` })
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.not.include('error')
      expect(host.log.join()).to.not.include(token)
    })
  })

  describe('with a token that is not valid', () => {
    const cases: Record<string, (host: TestHost) => Promise<string>> = {
      malformed: () => Promise.resolve('not.a.token'),
      expired: (host) => host.token('fixture:read', { expiresIn: -60 }),
      'of another audience': (host) => host.issuer.token('https://other.example/mcp', { scope: 'fixture:read' }),
      'of another issuer': (host) => host.token('fixture:read', { claims: { iss: 'https://other.example' } }),
      'of another type': (host) => host.token('fixture:read', { header: { typ: 'JWT' } }),
      'with a broken signature': async (host) => `${(await host.token('fixture:read')).slice(0, -6)}AAAAAA`,
      'bound to a key': (host) => host.token('fixture:read', { claims: { cnf: { jkt: 'x' } } }),
      'without a subject': (host) => host.token('fixture:read', { claims: { sub: '' } }),
    }
    for (const [name, make] of Object.entries(cases)) {
      it(`responds 401 invalid_token to one ${name}, alike for all`, async () => {
        const answer = await post(host.url, await make(host), ping)
        expect(answer.status).to.equal(401)
        expect(answer.json()).to.deep.equal({ error: 'invalid_token' })
        expect(challengeOf(answer)).to.match(
          /^Bearer error="invalid_token", error_description="The access token is not valid", .*resource_metadata="/,
        )
        expect(answer.headers['cache-control']).to.equal('no-store')
      })
    }
  })

  it('responds 400 invalid_request to two Authorization headers', async () => {
    const token = await host.token('fixture:read')
    const headers = { authorization: [`Bearer ${token}`, `Bearer ${token}`] }
    const answer = await post(host.url, undefined, ping, headers)
    expect(answer.status).to.equal(400)
    expect(challengeOf(answer)).to.include('error="invalid_request"')
  })

  it('responds 400 invalid_request to a token by two methods', async () => {
    const token = await host.token('fixture:read')
    const path = `/mcp?access_token=${token}`
    const answer = await send(host.origin, { method: 'POST', path, headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).to.equal(400)
  })

  it('responds 400 invalid_request to a bearer with a space in it', async () => {
    const answer = await post(host.url, undefined, ping, { authorization: 'Bearer a b' })
    expect(answer.status).to.equal(400)
  })

  it('takes the scheme in any case', async () => {
    const token = await host.token('fixture:read')
    const answer = await post(host.url, undefined, ping, { authorization: `bEARER ${token}` })
    expect(answer.status).to.equal(200)
  })

  for (const family of families) {
    describe(`a call with too little scope (${family})`, () => {
      it('responds 403 with every scope of the call and those of the token in one challenge', async () => {
        const answer = await callTool(family, host.url, await host.token('fixture:read email'), 'fixture_write')
        expect(answer.status).to.equal(403)
        expect(challengeOf(answer)).to.equal(
          `Bearer error="insufficient_scope", scope="fixture:write fixture:read", resource_metadata="${host.origin}/.well-known/oauth-protected-resource/mcp"`,
        )
        expect(answer.headers['cache-control']).to.equal('no-store')
      })

      it('says in one sentence what to do, with tool, required, granted, missing and request id', async () => {
        const answer = await callTool(family, host.url, await host.token('fixture:read'), 'fixture_write')
        const { message, data } = answer.error()
        expect(message).to.match(/^fixture_write needs the scope fixture:write, .* sign in again/)
        expect(data).to.deep.include({
          tool: 'fixture_write',
          required: ['fixture:write'],
          granted: ['fixture:read'],
          missing: ['fixture:write'],
        })
        expect(data?.requestId).to.be.a('string')
      })

      it('asks for the least privileged alternative', async () => {
        const answer = await callTool(family, host.url, await host.token('fixture:read'), 'fixture_admin')
        expect(challengeOf(answer)).to.include('scope="fixture:operate fixture:read"')
        expect(answer.status).to.equal(403)
      })

      it('names the scopes of a condition together with the others', async () => {
        const token = await host.token('fixture:read')
        const answer = await callTool(family, host.url, token, 'fixture_conditional', { force: true })
        expect(challengeOf(answer)).to.include('scope="fixture:change fixture:force fixture:read"')
      })

      it('tells nothing of the schema: wrong arguments are refused like right ones', async () => {
        const token = await host.token('fixture:read')
        const right = await callTool(family, host.url, token, 'fixture_conditional', {})
        const wrong = await callTool(family, host.url, token, 'fixture_conditional', { force: 'no boolean' })
        expect(right.status).to.equal(403)
        expect(challengeOf(wrong)).to.equal(challengeOf(right))
      })

      it('lets the same call through once the challenge is met', async () => {
        const refused = await callTool(family, host.url, await host.token('fixture:read'), 'fixture_conditional', {
          force: true,
        })
        const scope = /scope="([^"]*)"/.exec(challengeOf(refused))?.[1] ?? ''
        const answer = await callTool(family, host.url, await host.token(scope), 'fixture_conditional', { force: true })
        expect(answer.status).to.equal(200)
        expect(answer.result().content).to.deep.equal([{ type: 'text', text: 'forced' }])
      })
    })

    it(`honours implications on the call and in the list (${family})`, async () => {
      const token = await host.token('fixture:operate')
      expect((await callTool(family, host.url, token, 'fixture_write')).status).to.equal(200)
      const tools = (await listTools(family, host.url, token)).result().tools as { readonly name: string }[]
      expect(tools.map(({ name }) => name)).to.deep.equal(['fixture_admin', 'fixture_anyone', 'fixture_write'])
    })

    it(`filters the list by the same rule as the call (${family})`, async () => {
      const token = await host.token('fixture:read')
      const { tools } = (await listTools(family, host.url, token)).result() as {
        tools: { name: string; _meta?: object }[]
      }
      for (const { name } of tools) {
        const { status } = await callTool(family, host.url, token, name, { text: 'x', ask: true })
        expect(status, name).to.equal(name === 'fixture_write' ? 403 : 200)
      }
      const write = tools.find(({ name }) => name === 'fixture_write')
      expect(write?._meta).to.deep.equal({ 'dev.toolgate/requiredScopes': ['fixture:write'] })
    })
  }

  it('keeps the challenge under 4 KiB: beyond it the required scopes alone', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `fixture:read`.padEnd(30, String(index))).join(' ')
    const held = `fixture:read fixture:admin fixture:audit ${many}`
    const answer = await callTool('modern', host.url, await host.token(held), 'fixture_write')
    expect(challengeOf(answer).length).to.be.below(4096)
    expect(challengeOf(answer)).to.include('fixture:write')
  })
})

describe('when the keys of the issuer cannot be had', () => {
  it('listens, responds 503 with Retry-After, and never lets anybody in', async () => {
    const host = await startTestHost({ config: { authorizationServers: [{ issuer: 'http://127.0.0.1:9' }] } })
    try {
      const token = await host.token('fixture:read', { claims: { iss: 'http://127.0.0.1:9' } })
      const answer = await callTool('modern', host.url, token, 'fixture_anyone')
      expect(answer.status).to.equal(503)
      expect(answer.headers['retry-after']).to.match(/^\d+$/)
      expect((await send(host.origin, { path: '/healthz' })).status).to.equal(200)
      expect((await send(host.origin, { path: '/readyz' })).status).to.equal(503)
    } finally {
      await host.close()
    }
  })
})
