import { loadConfig } from '@toolgate/config'
import { inspectPolicy, readCaller } from '@toolgate/core'
import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startTestHost, type TestHost } from './support/host.ts'
import { startOpaqueIssuer, type OpaqueIssuer } from './support/opaque-issuer.ts'
import { callTool, send, type WireAnswer } from './support/wire.ts'

function echo(host: TestHost, token: string): Promise<WireAnswer> {
  return callTool('modern', host.url, token, 'fixture_echo', { text: 'x' })
}

function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

describe('opaque tokens of a certified authorization server', () => {
  let issuer: OpaqueIssuer

  beforeEach(async () => {
    issuer = await startOpaqueIssuer()
  })
  afterEach(() => issuer.close())

  async function withHost(
    introspection: object,
    work: (host: TestHost) => Promise<void>,
    config: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const host = await startTestHost({
      config: { authorizationServers: [{ issuer: issuer.issuer, introspection }], ...config },
      environment: issuer.environment,
    })
    try {
      await work(host)
    } finally {
      await host.close()
    }
  }

  for (const method of ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const) {
    it(`let a caller reach its tools, where the host authenticates by ${method}`, async () => {
      await withHost(issuer.clients[method], async (host) => {
        const token = await issuer.personToken(host.url, 'fixture:read', 'ada')
        expect((await echo(host, token)).status).to.equal(200)
        expect((await echo(host, token)).status).to.equal(200)
        expect(issuer.introspections()).to.equal(1)
        const denied = await callTool('modern', host.url, token, 'fixture_write')
        expect(denied.status).to.equal(403)
        expect(denied.headers['www-authenticate']).to.match(
          /^Bearer error="insufficient_scope".* scope="[^"]*fixture:write/,
        )
        const decisions = (await host.audit()).filter((record) => record.type === 'decision')
        expect(decisions.map(({ issuer: by, subject, clientId }) => [by, subject, clientId])).to.deep.equal(
          Array.from({ length: 3 }, () => [issuer.issuer, 'ada', 'robot-opaque']),
        )
      })
    })
  }

  it('are taken beside the JWTs of the same issuer, which it is not asked about', async () => {
    await withHost(issuer.clients.client_secret_basic, async (host) => {
      const [opaque, jwt] = await Promise.all([
        issuer.robotToken(host.url, 'fixture:read'),
        issuer.robotToken(host.url, 'fixture:read', 'jwt'),
      ])
      expect(jwt.split('.')).to.have.length(3)
      expect((await echo(host, jwt)).status).to.equal(200)
      expect(issuer.introspections()).to.equal(0)
      expect((await echo(host, opaque)).status).to.equal(200)
      expect(issuer.introspections()).to.equal(1)
      expect((await send(host.origin, { path: '/readyz' })).status).to.equal(200)
    })
  })

  it('keep two callers at once apart', async () => {
    await withHost(issuer.clients.client_secret_basic, async (host) => {
      const people = ['ada', 'grace', 'joan', 'mary']
      const tokens = await Promise.all(people.map((name) => issuer.personToken(host.url, 'fixture:read', name)))
      const answers = await Promise.all([...tokens, ...tokens].map((token) => echo(host, token)))
      const subjects = answers.map((answer) => {
        const { principal } = answer.result().structuredContent as { principal: { subject: string } }
        return principal.subject
      })
      expect(subjects).to.deep.equal([...people, ...people])
      expect(issuer.introspections()).to.equal(4)
    })
  })

  it('get scopes by the groups that the issuer tells of', async () => {
    const grants = [{ claim: 'groups', anyOf: ['writers'], scopes: ['fixture:write'] }]
    await withHost(
      issuer.clients.client_secret_basic,
      async (host) => {
        const writer = await issuer.personToken(host.url, 'fixture:read', 'ada', ['writers'])
        const reader = await issuer.personToken(host.url, 'fixture:read', 'joan', ['readers'])
        expect((await callTool('modern', host.url, writer, 'fixture_write')).status).to.equal(200)
        expect((await callTool('modern', host.url, reader, 'fixture_write')).status).to.equal(403)
      },
      { grants },
    )
  })

  it('respond 401 invalid_token once they are revoked and the cache time is over, and for another audience', async () => {
    await withHost({ ...issuer.clients.client_secret_basic, cacheSeconds: 0 }, async (host) => {
      const token = await issuer.personToken(host.url, 'fixture:read', 'ada')
      const foreign = await issuer.personToken('https://other.example/mcp', 'fixture:read', 'ada')
      expect((await echo(host, token)).status).to.equal(200)
      await issuer.revoke(token)
      for (const each of [token, foreign]) {
        const answer = await echo(host, each)
        expect(answer.status).to.equal(401)
        expect(answer.json()).to.deep.equal({ error: 'invalid_token' })
        expect(answer.headers['www-authenticate']).to.match(/^Bearer error="invalid_token"/)
      }
    })
  })

  it('cause at most 20 requests for 500 random ones, which keep no known one waiting', async () => {
    await withHost(issuer.clients.client_secret_basic, async (host) => {
      const known = await issuer.personToken(host.url, 'fixture:read', 'ada')
      expect((await echo(host, known)).status).to.equal(200)
      const before = issuer.introspections()
      const statuses = new Map<number, number>()
      for (let batch = 0; batch < 10; batch += 1) {
        const flood = Array.from({ length: 50 }, () => echo(host, randomToken()))
        expect((await echo(host, known)).status).to.equal(200)
        for (const answer of await Promise.all(flood)) {
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
          if (answer.status === 401) expect(answer.headers['www-authenticate']).to.match(/error="invalid_token"/)
          else expect(Number(answer.headers['retry-after'])).to.be.within(1, 60)
        }
      }
      expect(issuer.introspections() - before).to.be.within(1, 20)
      expect([...statuses.keys()].toSorted()).to.deep.equal([401, 429])
      expect((statuses.get(401) ?? 0) + (statuses.get(429) ?? 0)).to.equal(500)
    })
  })

  it('are served from the cache while the issuer is away; others are a 503, and none is allowed', async () => {
    await withHost(issuer.clients.client_secret_basic, async (host) => {
      const [known, fresh] = await Promise.all([
        issuer.personToken(host.url, 'fixture:read', 'ada'),
        issuer.personToken(host.url, 'fixture:read', 'joan'),
      ])
      expect((await echo(host, known)).status).to.equal(200)
      await issuer.close()
      expect((await echo(host, known)).status).to.equal(200)
      for (const token of [fresh, randomToken()]) {
        const answer = await echo(host, token)
        expect(answer.status).to.equal(503)
        expect(Number(answer.headers['retry-after'])).to.be.within(1, 5)
        expect(answer.json()).to.deep.equal({ error: 'temporarily_unavailable' })
      }
    })
  })

  it('are a 503 where the secret of the host is wrong, which the log says without it', async () => {
    const host = await startTestHost({
      config: { authorizationServers: [{ issuer: issuer.issuer, introspection: issuer.clients.client_secret_post }] },
      environment: { HOST_SECRET: 'another-secret' },
    })
    try {
      const answer = await echo(host, await issuer.personToken(host.url, 'fixture:read', 'ada'))
      expect(answer.status).to.equal(503)
      expect(answer.headers['retry-after']).to.equal('5')
      expect(host.log.join()).to.include("refuses this host's client id or credentials")
      expect(host.log.join()).not.to.include('another-secret')
    } finally {
      await host.close()
    }
  })

  it('stand in no log and no audit, nor do the credentials of the host', async () => {
    await withHost(issuer.clients.private_key_jwt, async (host) => {
      const good = await issuer.personToken(host.url, 'fixture:read', 'ada')
      const bad = randomToken()
      await echo(host, good)
      await echo(host, bad)
      await issuer.close()
      await echo(host, randomToken())
      const written = host.log.join() + JSON.stringify(await host.audit())
      expect(written).to.include('ada').and.to.include('could not be asked')
      const { d } = JSON.parse(issuer.environment['HOST_KEY'] ?? '{}') as { d: string }
      for (const secret of [good, bad, d, 'client_assertion']) expect(written).not.to.include(secret)
    })
  })

  it('are not read by an explanation, which says that the issuer would have to be asked, and does not', async () => {
    await withHost(issuer.clients.client_secret_basic, async (host) => {
      const { environment } = issuer
      const file = join(host.folder, 'mcp.config.json')
      const inspected = await inspectPolicy(await loadConfig({ file, folder: host.folder, environment }))
      const token = await issuer.personToken(host.url, 'fixture:read', 'ada')
      const refused = await readCaller(inspected, { token }, 0).catch((error: unknown) => error)
      expect(refused).to.be.instanceOf(Error).with.property('code', 'opaque-token')
      const { message } = refused as Error
      expect(message).to.include(`without asking ${issuer.issuer}`).and.not.include(token)
      expect(issuer.introspections()).to.equal(0)
    })
  })
})
