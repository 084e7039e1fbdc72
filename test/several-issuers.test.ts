import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { startIssuer, type TestIssuer } from './support/issuer.ts'
import { callTool, send } from './support/wire.ts'

describe('several issuers at once', () => {
  let acme: TestIssuer
  let partner: TestIssuer
  let stranger: TestIssuer
  let host: TestHost

  before(async () => {
    ;[acme, partner, stranger] = await Promise.all([startIssuer(), startIssuer(), startIssuer()])
    host = await startTestHost({
      config: {
        authorizationServers: [
          { issuer: acme.issuer, name: 'Acme' },
          { issuer: partner.issuer, name: 'Partner', preset: 'okta', algorithms: ['ES256'], audience: 'api://partner' },
        ],
      },
    })
  })
  after(async () => {
    await host.close()
    await Promise.all([acme, partner, stranger].map((issuer) => issuer.close()))
  })

  const ofPartner = { scp: ['fixture:read'], cid: 'partner-client', scope: undefined, client_id: undefined }

  function echo(token: string) {
    return callTool('modern', host.url, token, 'fixture_echo', { text: 'x' })
  }

  it('lists all of them in the metadata of the resource, in the configured order', async () => {
    const { authorization_servers: servers } = (
      await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })
    ).json()
    expect(servers).to.deep.equal([acme.issuer, partner.issuer])
  })

  it('takes a token of each by its own audience, type and claims', async () => {
    const [one, other] = await Promise.all([
      acme.token(host.url, { scope: 'fixture:read' }),
      partner.token('api://partner', { claims: ofPartner, header: { typ: undefined } }),
    ])
    expect((await echo(one)).status).to.equal(200)
    expect((await echo(other)).status).to.equal(200)
    const decisions = (await host.audit()).filter((record) => record.type === 'decision')
    expect(decisions.map(({ issuer, clientId }) => [issuer, clientId])).to.deep.equal([
      [acme.issuer, 'test-client'],
      [partner.issuer, 'partner-client'],
    ])
  })

  // Every token is signed with the kid that all three issuers publish.
  const foreign: readonly (readonly [name: string, make: () => Promise<string>])[] = [
    ['names the first and is signed by the second', () => partner.token(host.url, claiming(acme))],
    ['names the second and is signed by the first', () => acme.token('api://partner', claiming(partner, ofPartner))],
    ['names one of them and is signed by a stranger', () => stranger.token(host.url, claiming(acme))],
    ['is of a stranger', () => stranger.token(host.url, { scope: 'fixture:read' })],
    ['names both', () => acme.token(host.url, { claims: { iss: [acme.issuer, partner.issuer] } })],
    ['names the first with a slash at the end', () => acme.token(host.url, { claims: { iss: `${acme.issuer}/` } })],
    ['names an issuer by its name', () => acme.token(host.url, { claims: { iss: 'Acme' } })],
    ["is of the first with the second's audience", () => acme.token('api://partner', { scope: 'fixture:read' })],
    ["is of the second with the first's audience", () => partner.token(host.url, { claims: ofPartner })],
    [
      'is of the first without a type, as only the second may',
      () => acme.token(host.url, { header: { typ: undefined } }),
    ],
  ]

  function claiming(issuer: TestIssuer, claims: Readonly<Record<string, unknown>> = {}) {
    return { scope: 'fixture:read', claims: { ...claims, iss: issuer.issuer } }
  }

  for (const [name, make] of foreign) {
    it(`responds 401 invalid_token to a token that ${name}`, async () => {
      const answer = await echo(await make())
      expect(answer.status).to.equal(401)
      expect(answer.json()).to.deep.equal({ error: 'invalid_token' })
      expect(answer.headers['www-authenticate']).to.match(/^Bearer error="invalid_token"/)
    })
  }

  it('reads scopes of each where that issuer has them, and adds nothing up', async () => {
    const both = { ...ofPartner, scp: [], scope: 'fixture:read' }
    const other = await partner.token('api://partner', { claims: both, header: { typ: undefined } })
    expect((await echo(other)).status).to.equal(403)
    const one = await acme.token(host.url, { scope: '', claims: { scp: ['fixture:read'] } })
    expect((await echo(one)).status).to.equal(403)
  })

  it('keeps people of one apart from people of another with the same subject', async () => {
    const [one, other] = await Promise.all([
      acme.token(host.url, { scope: 'fixture:read', subject: 'same' }),
      partner.token('api://partner', { claims: { ...ofPartner, sub: 'same' }, header: { typ: undefined } }),
    ])
    await echo(one)
    await echo(other)
    const people = (await host.audit()).flatMap((record) =>
      record.type === 'decision' && record.subject === 'same' ? [record.issuer] : [],
    )
    expect(people).to.deep.equal([acme.issuer, partner.issuer])
  })

  it('serves the tokens of one while the other is away', async () => {
    const lonely = await startTestHost({
      config: { authorizationServers: [{ issuer: 'http://127.0.0.1:9', name: 'Away' }, { issuer: acme.issuer }] },
    })
    try {
      const here = await acme.token(lonely.url, { scope: 'fixture:read' })
      expect((await callTool('modern', lonely.url, here, 'fixture_anyone')).status).to.equal(200)
      const away = await acme.token(lonely.url, claiming({ ...acme, issuer: 'http://127.0.0.1:9' }))
      expect((await callTool('modern', lonely.url, away, 'fixture_anyone')).status).to.equal(503)
    } finally {
      await lonely.close()
    }
  })
})
