import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { createDpopKey, type DpopKey } from './support/dpop-key.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { startTellingIssuer, type TellingIssuer } from './support/telling-issuer.ts'
import { post, type WireAnswer, type WireRequest } from './support/wire.ts'

const origin = 'https://page.example'
const secondsAgo = (age: number) => Math.floor(Date.now() / 1000) - age
const challengesOf = ({ lines }: WireAnswer): readonly string[] => lines['www-authenticate'] ?? []

describe('opaque tokens that are bound to a key', () => {
  let issuer: TellingIssuer
  let host: TestHost
  let key: DpopKey
  let passedMs = 0
  before(async () => {
    key = await createDpopKey()
    issuer = await startTellingIssuer()
    host = await startTestHost({
      environment: issuer.environment,
      clock: () => Date.now() + passedMs,
      config: {
        authorizationServers: [{ ...issuer.settings, dpop: 'allowed' }],
        allowedOrigins: [origin],
        initialScopes: ['fixture:read'],
        grants: [{ claim: 'groups', anyOf: ['writers'], scopes: ['fixture:change'] }],
        tools: { fixture_write: { requires: { maxAgeSeconds: 300 } } },
      },
    })
  })
  afterEach(() => {
    passedMs = 0
    issuer.answerBy(200)
    issuer.hold(Promise.resolve())
  })
  after(async () => {
    await host.close()
    await issuer.close()
  })

  const bound = () => ({ cnf: { jkt: key.thumbprint }, token_type: 'DPoP' })
  function tokenOf(members: Readonly<Record<string, unknown>>): string {
    const token = `opaque-${randomBytes(16).toString('hex')}`
    const good = { aud: host.url, sub: 'user-1', scope: 'fixture:read fixture:write', exp: secondsAgo(-600) }
    issuer.tell(token, { ...good, ...members })
    return token
  }
  const messageOf = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })
  const asBearer = (token: string, tool = 'fixture_anyone', headers: WireRequest['headers'] = {}) =>
    post(host.url, token, messageOf(tool), headers)
  async function asDpop(token: string, tool = 'fixture_anyone', headers: WireRequest['headers'] = {}) {
    const dpop = await key.proof({ url: host.url, token, now: (Date.now() + passedMs) / 1000 })
    return post(host.url, undefined, messageOf(tool), { authorization: `DPoP ${token}`, dpop, ...headers })
  }

  it('run a tool with their proof, in the cache too, and with no proof twice', async () => {
    const token = tokenOf(bound())
    const before = issuer.questions()
    expect((await asDpop(token)).status).to.equal(200)
    const dpop = await key.proof({ url: host.url, token })
    expect((await asDpop(token, undefined, { dpop })).status).to.equal(200)
    const again = await asDpop(token, undefined, { dpop })
    expect(again.status).to.equal(401)
    expect(challengesOf(again)[1]).to.match(/^DPoP error="invalid_dpop_proof"/)
    expect(issuer.questions()).to.equal(before + 1)
    expect((await host.audit()).findLast((one) => one.type === 'decision')).to.include({
      keyThumbprint: key.thumbprint,
    })
  })

  it('are refused without one, whichever of two callers at once comes first, and are asked about once', async () => {
    for (const order of ['proof first', 'bearer first']) {
      const token = tokenOf(bound())
      const before = issuer.questions()
      const gate = Promise.withResolvers<undefined>()
      issuer.hold(gate.promise)
      const proof = await key.proof({ url: host.url, token })
      const calls = [() => asDpop(token, 'fixture_anyone', { dpop: proof }), () => asBearer(token)]
      const [first, second] = order === 'proof first' ? calls : calls.toReversed()
      const one = first?.()
      while (issuer.questions() === before) await new Promise((done) => setTimeout(done, 2))
      const other = second?.()
      gate.resolve(undefined)
      const answers = await Promise.all([one, other])
      const [byProof, byBearer] = order === 'proof first' ? answers : answers.toReversed()
      expect(byProof?.status, order).to.equal(200)
      expect(byBearer?.status, order).to.equal(401)
      expect(byBearer === undefined ? [] : challengesOf(byBearer)[0]).to.match(/^Bearer error="invalid_token"/)
      expect(issuer.questions()).to.equal(before + 1)
      // What is in the cache now is no plain token either.
      expect((await asBearer(token)).status).to.equal(401)
    }
  })

  it('are refused where type and binding contradict each other, by either scheme', async () => {
    const cases = [
      { token_type: 'DPoP' },
      { token_type: 'mtls', cnf: { jkt: key.thumbprint } },
      { cnf: { 'x5t#S256': key.thumbprint } },
      { cnf: { jkt: key.thumbprint, 'x5t#S256': key.thumbprint } },
    ]
    for (const members of cases) {
      const token = tokenOf(members)
      expect((await asBearer(token)).status, JSON.stringify(members)).to.equal(401)
      expect((await asDpop(token)).status, JSON.stringify(members)).to.equal(401)
    }
    const plain = tokenOf({ token_type: 'Bearer' })
    expect((await asDpop(plain)).status).to.equal(401)
    expect((await asBearer(plain)).status).to.equal(200)
    // An issuer that names the type of all its tokens alike binds all the same.
    const named = tokenOf({ ...bound(), token_type: 'Bearer' })
    expect((await asBearer(named)).status).to.equal(401)
    expect((await asDpop(named)).status).to.equal(200)
  })

  it('grow stale in the cache by the clock, and are asked for a new sign-in by DPoP alone', async () => {
    const token = tokenOf({ ...bound(), auth_time: secondsAgo(280), groups: ['writers'] })
    expect((await asDpop(token, 'fixture_write')).status).to.equal(200)
    const before = issuer.questions()
    passedMs = 40_000
    const stale = await asDpop(token, 'fixture_write')
    expect(issuer.questions()).to.equal(before)
    expect(stale.status).to.equal(401)
    expect(challengesOf(stale)).to.have.length(1)
    expect(challengesOf(stale)[0]).to.match(
      /^DPoP error="insufficient_user_authentication", .*max_age="300", scope="fixture:write fixture:read", .*algs="/,
    )
    expect((await asDpop(token, 'fixture_conditional')).status, 'by the group').to.equal(200)
  })

  it('of an auth_time or acr that is no number or string prove nothing', async () => {
    for (const auth_time of [String(secondsAgo(1)), [secondsAgo(1)], null, -1]) {
      const token = tokenOf({ auth_time })
      expect((await asBearer(token, 'fixture_write')).status, JSON.stringify(auth_time)).to.equal(401)
    }
  })

  it('get a 503 that pages can read and that hands out no challenge, while nobody can be asked; cached ones are served', async () => {
    const [cached, other] = [tokenOf(bound()), tokenOf(bound())]
    expect((await asDpop(cached)).status).to.equal(200)
    issuer.answerBy(500)
    const refused = await asDpop(other, undefined, { origin })
    expect(refused.status).to.equal(503)
    expect(challengesOf(refused)).to.deep.equal([])
    expect(Number(refused.headers['retry-after'])).to.be.greaterThan(0)
    expect(refused.headers['access-control-allow-origin']).to.equal(origin)
    expect(refused.headers['cache-control']).to.equal('no-store')
    expect((await asDpop(cached)).status).to.equal(200)
    expect((await asBearer(cached)).status, 'no outage makes a bearer of it').to.equal(401)
    passedMs = 6_000
    issuer.answerBy(200)
    expect((await asDpop(other)).status).to.equal(200)
  })

  it('are judged by their own limit: strangers by either scheme use up one and the same, and pages can read the 429', async () => {
    for (let count = 0; count < 12; count++) {
      const stranger = `stranger-${String(count)}`
      const answer = await (count % 2 === 0 ? asBearer(stranger) : asDpop(stranger))
      expect(answer.status).to.be.oneOf([401, 429])
    }
    const limited = await asBearer('stranger-last', undefined, { origin })
    expect(limited.status).to.equal(429)
    expect(challengesOf(limited)).to.deep.equal([])
    expect(limited.headers['access-control-allow-origin']).to.equal(origin)
    expect(limited.headers['access-control-expose-headers']).to.match(/(^|, )Retry-After(,|$)/)
    expect(limited.json()).to.deep.equal({ error: 'too_many_requests' })
  })

  it('stand, with proof and secret, in no log, audit or answer', async () => {
    const token = tokenOf({ ...bound(), jti: undefined })
    const dpop = await key.proof({ url: host.url, token })
    await asDpop(token, 'fixture_echo', { dpop })
    const kept = JSON.stringify([host.log, await host.audit()])
    for (const secret of [token, dpop, 'a-secret-of-the-host']) expect(kept).to.not.include(secret)
  })
})
