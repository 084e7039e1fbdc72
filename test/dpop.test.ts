import { expect } from 'chai'
import { createDpopKey, type DpopKey, type ProofOptions } from './support/dpop-key.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, post, send, type WireAnswer, type WireRequest } from './support/wire.ts'

const call = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'fixture_echo', arguments: { text: 'hi' } },
}
const algorithms = ['ES256', 'EdDSA']

let key: DpopKey
let other: DpopKey

before(async () => {
  key = await createDpopKey()
  other = await createDpopKey()
})

const boundToken = (host: TestHost, scope = 'fixture:read', cnf: unknown = { jkt: key.thumbprint }): Promise<string> =>
  host.token(scope, { claims: { cnf } })

/** Calls a tool by the scheme DPoP; headers replace the ones that belong there. */
async function callBound(
  host: TestHost,
  token: string,
  proof: Partial<ProofOptions> = {},
  headers: WireRequest['headers'] = {},
): Promise<WireAnswer> {
  const dpop = await key.proof({ url: host.url, token, ...proof })
  return post(host.url, undefined, call, { authorization: `DPoP ${token}`, dpop, ...headers })
}

const challengesOf = ({ lines }: WireAnswer): readonly string[] => lines['www-authenticate'] ?? []

/** What the tool answered; the refusal if it was not reached. */
const contentOf = (answer: WireAnswer): unknown => (answer.status === 200 ? answer.result().content : answer.text)

/** A refusal: its status, and what every 401 has. */
function expectRefused(answer: WireAnswer, error: string | undefined, scheme: 'Bearer' | 'DPoP'): void {
  expect(answer.status, answer.text).to.equal(401)
  expect(answer.headers['cache-control']).to.equal('no-store')
  for (const line of challengesOf(answer)) {
    expect(line).to.include('resource_metadata="').and.include('scope="fixture:read"')
    const named = / error="([^"]+)"/.exec(line)?.[1]
    expect(named, line).to.equal(line.startsWith(`${scheme} `) ? error : undefined)
  }
}

const startHost = (dpop: string, config: Readonly<Record<string, unknown>> = {}) =>
  startTestHost({
    issuer: { dpop },
    config: { initialScopes: ['fixture:read'], ...(dpop === 'off' ? {} : { dpop: { algorithms } }), ...config },
  })

describe('a host where DPoP is off', () => {
  let host: TestHost
  before(async () => {
    host = await startHost('off')
  })
  after(() => host.close())

  it('refuses a bound token, however it comes, by one Bearer challenge', async () => {
    const token = await boundToken(host)
    const asBearer = await callTool('legacy', host.url, token, 'fixture_echo', { text: 'hi' })
    expectRefused(asBearer, 'invalid_token', 'Bearer')
    const asBound = await callBound(host, token)
    expectRefused(asBound, undefined, 'Bearer')
    expect([...challengesOf(asBearer), ...challengesOf(asBound)].join()).to.not.include('DPoP')
  })

  it('says nothing of DPoP in its metadata, to a preflight or to a page', async () => {
    const document = await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })
    const origin = { origin: host.origin }
    const preflight = await send(host.origin, { method: 'OPTIONS', path: '/mcp', headers: origin })
    for (const { text, headers } of [document, preflight]) {
      expect(`${text} ${JSON.stringify(headers)}`.toLowerCase()).to.not.include('dpop')
    }
  })
})

describe('a host where DPoP is allowed', () => {
  let host: TestHost
  before(async () => {
    host = await startHost('allowed')
  })
  after(() => host.close())

  it('answers a bound token with its proof, and a plain one as a bearer', async () => {
    expect(contentOf(await callBound(host, await boundToken(host)))).to.be.an('array')
    const plain = await callTool('legacy', host.url, await host.token('fixture:read'), 'fixture_echo', { text: 'hi' })
    expect(contentOf(plain)).to.be.an('array')
  })

  it('asks by Bearer first and by DPoP in a line of its own', async () => {
    const answer = await post(host.url, undefined, call)
    expectRefused(answer, undefined, 'Bearer')
    const [bearer, dpop, ...more] = challengesOf(answer)
    expect(bearer).to.match(/^Bearer scope=/)
    expect(dpop).to.match(/^DPoP scope=.*, algs="ES256 EdDSA"$/)
    expect(more).to.deep.equal([])
  })

  it('names the algorithms of proofs in its metadata, and does not require them', async () => {
    const document = (await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })).json()
    expect(document.dpop_signing_alg_values_supported).to.deep.equal(algorithms)
    expect(document).to.not.have.property('dpop_bound_access_tokens_required')
  })

  it('refuses a bound token as a bearer, with and without a proof beside it', async () => {
    const token = await boundToken(host)
    expectRefused(await callTool('legacy', host.url, token, 'fixture_echo', { text: 'hi' }), 'invalid_token', 'Bearer')
    const both = await callBound(host, token, {}, { authorization: `Bearer ${token}` })
    expect(both.status).to.equal(400)
    expect(challengesOf(both)[0]).to.match(/^Bearer error="invalid_request"/)
  })

  it('refuses a plain token by the scheme DPoP', async () => {
    expectRefused(await callBound(host, await host.token('fixture:read')), 'invalid_token', 'DPoP')
  })

  it('refuses a token bound in any other way', async () => {
    const jkt = key.thumbprint
    for (const cnf of [{ 'x5t#S256': jkt }, { jwk: key.jwk }, { jkt, 'x5t#S256': jkt }, { jkt: 'x' }, {}, null]) {
      const token = await boundToken(host, 'fixture:read', cnf)
      expectRefused(await callBound(host, token), 'invalid_token', 'DPoP')
      expectRefused(
        await callTool('legacy', host.url, token, 'fixture_echo', { text: 'hi' }),
        'invalid_token',
        'Bearer',
      )
    }
  })

  it('takes a proof once', async () => {
    const token = await boundToken(host)
    const dpop = await key.proof({ url: host.url, token })
    expect(contentOf(await callBound(host, token, {}, { dpop }))).to.be.an('array')
    expectRefused(await callBound(host, token, {}, { dpop }), 'invalid_dpop_proof', 'DPoP')
    expect(contentOf(await callBound(host, token))).to.be.an('array')
  })

  const now = () => Math.floor(Date.now() / 1000)
  const wrong: Readonly<Record<string, (host: TestHost, token: string) => Promise<WireAnswer>>> = {
    'no proof': (at, token) => callBound(at, token, {}, { dpop: undefined }),
    'two proofs': async (at, token) => {
      const proof = () => key.proof({ url: at.url, token })
      return callBound(at, token, {}, { dpop: [await proof(), await proof()] })
    },
    'two proofs joined by a proxy': async (at, token) => {
      const proof = () => key.proof({ url: at.url, token })
      return callBound(at, token, {}, { dpop: `${await proof()}, ${await proof()}` })
    },
    'a proof by another key': async (at, token) =>
      callBound(at, token, {}, { dpop: await other.proof({ url: at.url, token }) }),
    'a proof by another key under the name of the right one': async (at, token) =>
      callBound(at, token, {}, { dpop: await other.proof({ url: at.url, token, header: { jwk: key.jwk } }) }),
    'a proof for another method': (at, token) => callBound(at, token, { method: 'GET' }),
    'a proof for another host': (at, token) => callBound(at, token, { url: 'https://tools.example/mcp' }),
    'a proof for another path of this host': (at, token) => callBound(at, token, { url: at.origin }),
    "a proof for the loopback's other name": (at, token) =>
      callBound(at, token, { url: at.url.replace('127.0.0.1', 'localhost') }),
    'an old proof': (at, token) => callBound(at, token, { now: now() - 70 }),
    'a proof from the future': (at, token) => callBound(at, token, { now: now() + 30 }),
    "another token's proof": async (at, token) =>
      callBound(at, token, {}, { dpop: await key.proof({ url: at.url, token: await boundToken(at) }) }),
    'a proof without the token': (at, token) => callBound(at, token, { token: undefined }),
    'an algorithm beyond the list': async (at) => {
      const rsa = await createDpopKey('RS256')
      const token = await boundToken(at, 'fixture:read', { jkt: rsa.thumbprint })
      return callBound(at, token, {}, { dpop: await rsa.proof({ url: at.url, token }) })
    },
    garbage: (at, token) => callBound(at, token, {}, { dpop: 'garbage' }),
  }
  for (const [situation, work] of Object.entries(wrong)) {
    it(`refuses ${situation}`, async () => {
      const answer = await work(host, await boundToken(host))
      expectRefused(answer, 'invalid_dpop_proof', 'DPoP')
      expect(answer.json()).to.deep.equal({ error: 'invalid_dpop_proof' })
    })
  }

  it('takes the URL from the configuration, whatever Host and forwarded headers say', async () => {
    const token = await boundToken(host)
    const url = 'https://tools.example/mcp'
    const forwarded = {
      'x-forwarded-host': 'tools.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=tools.example',
    }
    expectRefused(await callBound(host, token, { url }, forwarded), 'invalid_dpop_proof', 'DPoP')
    expect(contentOf(await callBound(host, token, {}, forwarded))).to.be.an('array')
  })

  it('judges a bad token before the proof, which stays unused', async () => {
    const token = await boundToken(host)
    const dpop = await key.proof({ url: host.url, token })
    const expired = await host.token('fixture:read', { expiresIn: -60, claims: { cnf: { jkt: key.thumbprint } } })
    expectRefused(await callBound(host, expired, {}, { dpop }), 'invalid_token', 'DPoP')
    expect(contentOf(await callBound(host, token, {}, { dpop }))).to.be.an('array')
  })

  it('asks a bound caller for more scope by DPoP, and a plain one by Bearer, in one challenge', async () => {
    const message = { ...call, params: { name: 'fixture_write', arguments: {} } }
    const token = await boundToken(host)
    const dpop = await key.proof({ url: host.url, token })
    const bound = await post(host.url, undefined, message, { authorization: `dpop ${token}`, dpop })
    const plain = await post(host.url, await host.token('fixture:read'), message)
    expect([bound.status, plain.status]).to.deep.equal([403, 403])
    expect(challengesOf(bound)).to.have.length(1)
    expect(challengesOf(bound)[0]).to.match(/^DPoP error="insufficient_scope", scope="[^"]+", .*algs="ES256 EdDSA"$/)
    expect(challengesOf(plain)).to.have.length(1)
    expect(challengesOf(plain)[0])
      .to.match(/^Bearer error="insufficient_scope"/)
      .and.not.include('algs')
  })

  it('writes the thumbprint of the key to the audit, and neither token nor proof anywhere', async () => {
    const token = await boundToken(host)
    const dpop = await key.proof({ url: host.url, token })
    await callBound(host, token, {}, { dpop })
    await callBound(host, token, {}, { dpop })
    const records = await host.audit()
    expect(records.some((record) => 'keyThumbprint' in record && record.keyThumbprint === key.thumbprint)).to.equal(
      true,
    )
    const written = `${JSON.stringify(records)}${host.log.join('\n')}`
    expect(host.log.join('\n')).to.include('the proof was used before')
    for (const secret of [token, dpop]) expect(written).to.not.include(secret.slice(-40))
  })

  it('lets pages send proofs and read nonces', async () => {
    const headers = { origin: host.origin }
    const preflight = await send(host.origin, { method: 'OPTIONS', path: '/mcp', headers })
    expect(preflight.headers['access-control-allow-headers']).to.match(/(^|, )DPoP(,|$)/)
    expect(preflight.headers['access-control-expose-headers']).to.match(/(^|, )DPoP-Nonce(,|$)/)
  })
})

describe('a host where DPoP is required', () => {
  let host: TestHost
  before(async () => {
    host = await startHost('required')
  })
  after(() => host.close())

  it('answers a bound token with its proof', async () => {
    expect(contentOf(await callBound(host, await boundToken(host)))).to.be.an('array')
  })

  it('refuses a plain token, by either scheme, with DPoP challenges alone', async () => {
    const token = await host.token('fixture:read')
    const answers = [
      await post(host.url, undefined, call),
      await callTool('legacy', host.url, token, 'fixture_echo', { text: 'hi' }),
      await callBound(host, token),
    ]
    expectRefused(answers[0] as WireAnswer, undefined, 'DPoP')
    for (const answer of answers.slice(1)) expectRefused(answer, 'invalid_token', 'DPoP')
    expect(answers.flatMap(challengesOf).every((line) => line.startsWith('DPoP '))).to.equal(true)
    expect(answers.map((answer) => challengesOf(answer).length)).to.deep.equal([1, 1, 1])
  })

  it('says so in its metadata', async () => {
    const document = (await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })).json()
    expect(document.dpop_signing_alg_values_supported).to.deep.equal(algorithms)
    expect(document.dpop_bound_access_tokens_required).to.equal(true)
  })
})

describe('a host that asks for nonces', () => {
  let host: TestHost
  before(async () => {
    host = await startHost('allowed', { dpop: { algorithms, nonce: true } })
  })
  after(() => host.close())

  it('hands one out with use_dpop_nonce, and takes it in any number of proofs', async () => {
    const token = await boundToken(host)
    const first = await callBound(host, token)
    expectRefused(first, 'use_dpop_nonce', 'DPoP')
    const nonce = String(first.headers['dpop-nonce'])
    expect(nonce).to.match(/^[\x21-\x7e]+$/)
    for (const _ of [1, 2]) expect(contentOf(await callBound(host, token, { claims: { nonce } }))).to.be.an('array')
    expectRefused(await callBound(host, token, { claims: { nonce: `${nonce}x` } }), 'use_dpop_nonce', 'DPoP')
  })

  it('hands none to a caller without a good token', async () => {
    const answer = await callBound(host, 'garbage')
    expectRefused(answer, 'invalid_token', 'DPoP')
    expect(answer.headers).to.not.have.property('dpop-nonce')
  })
})
