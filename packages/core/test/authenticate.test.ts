import { expect } from 'chai'
import {
  AuthError,
  challengeSchemes,
  createProofVerifier,
  createTokenVerifier,
  resolveIssuerSettings,
} from '@toolgate/auth'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import Koa from 'koa'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDpopKey, type DpopKey } from '../../../test/support/dpop-key.ts'
import { authenticate } from '../src/http/authenticate.ts'
import { authenticationRefusal } from '../src/http/authentication-refusal.ts'
import { errorResponse } from '../src/http/error-response.ts'
import type { HostState } from '../src/http/host-state.ts'
import { createLogger, toPluginLogger } from '../src/logger.ts'

const resource = 'https://tools.example/mcp'
const issuer = 'https://as.example'
const algorithms = ['ES256']

describe('the room that authenticates, where nonces are asked for', () => {
  // The first second of a window of two minutes.
  const time = { now: 1_800_000_000 }
  let server: Server
  let key: DpopKey
  let token: string
  /** Of the headers, behind the room. */
  let seen = ''

  before(async () => {
    key = await createDpopKey()
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] }
    token = await new SignJWT({ cnf: { jkt: key.thumbprint }, scope: '' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
      .setIssuer(issuer)
      .setAudience(resource)
      .setSubject('alice')
      .setExpirationTime(time.now + 3600)
      .sign(privateKey)
    const clock = () => time.now * 1000
    const logger = createLogger({ level: 'silent', secrets: [] })
    const settings = resolveIssuerSettings({ issuer, dpop: 'required' }, resource)
    const app = new Koa<HostState>()
    app.use(errorResponse({ logger }))
    app.use((context, next) => {
      // Node makes them of the raw ones when they are first asked for.
      if (context.path === '/looked-at') expect(context.req.headers.authorization).to.include(token)
      return next()
    })
    app.use(
      authenticate({
        verifier: createTokenVerifier({
          issuers: [{ settings, keys: () => jwks, standing: () => true }],
          cache: { maxEntries: 10, maxAgeSeconds: 3600 },
          logger: toPluginLogger(logger),
          clock,
        }),
        proofs: createProofVerifier({ resource, algorithms, proofAgeSeconds: 60, nonce: true, clock }),
        schemes: challengeSchemes([settings], { algorithms }),
        policy: { grant: () => [] },
        resourceMetadataUrl: 'https://tools.example/.well-known/oauth-protected-resource/mcp',
        initialScopes: [],
        clockSkewSeconds: new Map(),
        clock,
      }),
    )
    app.use((context) => {
      const { rawHeaders, headers, headersDistinct } = context.req
      seen = JSON.stringify({ rawHeaders, headers, headersDistinct })
      context.body = context.state.caller?.keyThumbprint
    })
    const handle = app.callback()
    server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })

  async function call(nonce: string | null, path = '/'): Promise<Response> {
    const dpop = await key.proof({ url: resource, token, now: time.now, claims: { nonce: nonce ?? undefined } })
    const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    return fetch(`${origin}${path}`, { method: 'POST', headers: { authorization: `DPoP ${token}`, dpop } })
  }

  it('hands out the next nonce on a good answer before the old one runs out', async () => {
    const asked = await call(null)
    expect(asked.status).to.equal(401)
    const first = asked.headers.get('dpop-nonce')
    expect(first).to.be.a('string')
    expect(asked.headers.get('www-authenticate')).to.match(/^DPoP error="use_dpop_nonce"/)
    expect(asked.headers.get('cache-control')).to.equal('no-store')

    const good = await call(first)
    expect(await good.text()).to.equal(key.thumbprint)
    expect(good.headers.get('dpop-nonce')).to.equal(null)

    time.now += 120
    const late = await call(first)
    const second = late.headers.get('dpop-nonce')
    expect(late.status).to.equal(200)
    expect(second).to.be.a('string').and.not.equal(first)
    expect((await call(second)).status).to.equal(200)

    time.now += 120
    expect((await call(first)).status).to.equal(401)
    expect((await call(second)).status).to.equal(200)
  })

  for (const path of ['/', '/looked-at']) {
    it(`leaves neither token nor proof in the request, nor in what was made of its headers before (${path})`, async () => {
      const nonce = (await call(null, path)).headers.get('dpop-nonce')
      seen = ''
      expect((await call(nonce, path)).status).to.equal(200)
      const [head = '', body = '', signature = ''] = token.split('.')
      expect(seen).to.include('"dpop":""').and.include('"authorization":""')
      for (const part of [head, body, signature]) expect(seen).to.not.include(part)
      // Of a proof too: every compact JWS begins like this.
      expect(seen).to.not.include('eyJ')
    })
  }

  it('answers 503 with Retry-After, and no challenge, where a proof cannot be remembered', () => {
    const facts = { schemes: challengeSchemes([], { algorithms }), resourceMetadataUrl: resource, initialScopes: [] }
    const error = new AuthError('proof_not_recorded', 'full', { retryAfterSeconds: 7 })
    const { status, headers, body } = authenticationRefusal(error, facts, 'DPoP')
    expect({ status, headers, body }).to.deep.equal({
      status: 503,
      headers: { 'Retry-After': '7' },
      body: { error: 'temporarily_unavailable' },
    })
  })
})
