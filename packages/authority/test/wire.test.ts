import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'

import { expect } from 'chai'

import { openBrowser } from '../../../test/support/form-browser.ts'
import { alice, authorizationRequest, obtainToken, redeem, register, signIn, startFixture } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'

interface RawAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A request as an attacker writes it: any Host, any target. */
function raw(origin: string, target: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    httpRequest({ host: hostname, port, path: target, headers, setHost: !('host' in headers) }, (res) => {
      let body = ''
      res.setEncoding('utf8').on('data', (text: string) => (body += text))
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }))
    })
      .on('error', reject)
      .end()
  })
}

const hostile = {
  host: 'attacker.example',
  forwarded: 'host=attacker.example;proto=https',
  'x-forwarded-host': 'attacker.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-for': '192.0.2.1',
}

describe('the wire of the embedded authorization server', () => {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await startFixture()
  })
  afterEach(() => fixture.close())

  describe('metadata, redirects, form targets and cookies', () => {
    it('name the configured issuer whatever Host, Forwarded and X-Forwarded-* say', async () => {
      for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
        const { status, body } = await raw(fixture.origin, path, hostile)
        expect(status).to.equal(200)
        expect(body).to.not.include('attacker').and.not.include('https:')
        expect(JSON.parse(body)).to.include({
          issuer: fixture.origin,
          authorization_endpoint: `${fixture.origin}/authorize`,
          token_endpoint: `${fixture.origin}/token`,
          registration_endpoint: `${fixture.origin}/register`,
          jwks_uri: `${fixture.origin}/jwks`,
        })
      }
    })

    it('are not moved by an absolute request target', async () => {
      const server = createServer((req, res) => void fixture.authority.handler(req, res)).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      const port = typeof address === 'object' ? String(address?.port) : ''
      const target = 'http://attacker.example/.well-known/oauth-authorization-server'
      const { status, body } = await raw(`http://127.0.0.1:${port}`, target)
      server.close()
      expect(status).to.equal(200)
      expect(body).to.not.include('attacker')
      expect(JSON.parse(body)).to.include({ issuer: fixture.origin, token_endpoint: `${fixture.origin}/token` })
    })

    it('stay on the issuer through sign-in, resume and consent', async () => {
      const { client_id: clientId } = await register(fixture)
      const { url } = authorizationRequest(fixture, String(clientId))
      const first = await raw(fixture.origin, url.pathname + url.search, hostile)
      expect(first.status).to.equal(303)
      expect(first.headers['location']).to.match(/^\/interaction\//)
      const cookies = [first.headers['set-cookie'] ?? []].flat()
      expect(cookies).to.have.length.at.least(2)
      for (const cookie of cookies) {
        expect(cookie)
          .to.match(/httponly/i)
          .and.match(/samesite=lax/i)
        expect(cookie, 'an http issuer').to.not.match(/;\s*secure/i)
        expect(cookie).to.not.match(/domain=/i)
      }
      const jar = cookies.map((cookie) => cookie.split(';')[0]).join('; ')
      const page = await raw(fixture.origin, String(first.headers['location']), { ...hostile, cookie: jar })
      expect(page.status).to.equal(200)
      expect(page.body).to.include(`action="${String(first.headers['location'])}/sign-in"`)
      expect(page.body).to.not.include('attacker')
    })

    it('has secure cookies when the issuer is https, though the connection behind the proxy is not', async () => {
      const secure = await startFixture({ resource: () => 'https://tools.example/mcp' })
      try {
        const metadata = await raw(secure.origin, '/.well-known/oauth-authorization-server')
        expect(JSON.parse(metadata.body)).to.include({
          issuer: 'https://tools.example',
          token_endpoint: 'https://tools.example/token',
        })
        const { client_id: clientId } = await register(secure)
        const { url } = authorizationRequest(secure, String(clientId))
        const { headers } = await raw(secure.origin, url.pathname + url.search)
        for (const cookie of [headers['set-cookie'] ?? []].flat()) expect(cookie).to.match(/;\s*secure/i)
      } finally {
        await secure.close()
      }
    })
  })

  describe('CORS', () => {
    const origin = 'https://app.example'

    it('opens token, registration, key and metadata routes to any origin, without credentials', async () => {
      for (const [path, method] of [
        ['/.well-known/oauth-authorization-server', 'GET'],
        ['/.well-known/openid-configuration', 'GET'],
        ['/jwks', 'GET'],
        ['/token', 'POST'],
        ['/register', 'POST'],
      ] as const) {
        const preflight = await fetch(fixture.origin + path, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': method,
            'access-control-request-headers': 'content-type',
          },
        })
        expect(preflight.status, path).to.equal(204)
        expect(preflight.headers.get('access-control-allow-methods')).to.include(method)
        expect(preflight.headers.get('access-control-allow-headers')).to.include('Content-Type')
        const answer = await fetch(fixture.origin + path, { method, headers: { origin } })
        for (const { headers } of [preflight, answer]) {
          expect(headers.get('access-control-allow-origin'), path).to.equal('*')
          expect(headers.get('access-control-allow-credentials')).to.equal(null)
          expect(headers.getSetCookie()).to.deep.equal([])
        }
      }
    })

    it('answers a token request from another origin, refusals too', async () => {
      const answer = await fetch(`${fixture.origin}/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'nobody', code: 'x' }),
      })
      expect(answer.status).to.equal(401)
      expect(await answer.json()).to.include({ error: 'invalid_client' })
      expect(answer.headers.get('access-control-allow-origin')).to.equal('*')
    })

    it('keeps sign-in and consent to their own origin', async () => {
      const { client_id: clientId } = await register(fixture)
      const browser = openBrowser(fixture.origin)
      const page = await browser.open(authorizationRequest(fixture, String(clientId)).url)
      const cookie = [...browser.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
      const body = (): URLSearchParams => new URLSearchParams({ csrf, user: alice.name, password: alice.password })
      for (const headers of [
        { origin },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        const init = { method: 'POST', body: body(), redirect: 'manual', headers: { cookie, ...headers } } as const
        const answer = await fetch(`${page.url.href}/sign-in`, init)
        expect(answer.status, JSON.stringify(headers)).to.equal(403)
        expect(answer.headers.get('access-control-allow-origin')).to.equal(null)
      }
      const preflight = await fetch(`${page.url.href}/sign-in`, { method: 'OPTIONS', headers: { origin } })
      expect(preflight.status).to.equal(405)
      expect(fixture.events.map(({ type }) => type)).to.not.include('sign-in')
    })
  })

  describe('the resource', () => {
    it('is ours when none is sent', async () => {
      const clientId = String((await register(fixture))['client_id'])
      const { token } = await obtainToken(fixture, clientId, { parameters: { resource: undefined } })
      expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).to.include({
        aud: fixture.resource,
      })
    })

    it('is invalid_target when it is another, at the authorization and at the token endpoint', async () => {
      const clientId = String((await register(fixture))['client_id'])
      const browser = openBrowser(fixture.origin)
      for (const resource of [
        'https://other.example/mcp',
        fixture.origin,
        `${fixture.resource}/`,
        `${fixture.resource}?x`,
      ]) {
        const { url } = authorizationRequest(fixture, clientId, { resource })
        const answer = await browser.open(url)
        expect(answer.url.origin).to.equal('http://127.0.0.1:3118')
        expect(answer.url.searchParams.get('error'), resource).to.equal('invalid_target')
      }
      const request = authorizationRequest(fixture, clientId)
      const end = await browser.submit(await signIn(browser, await browser.open(request.url)), { press: 'Allow' })
      const code = end.url.searchParams.get('code') ?? ''
      const answer = await redeem(fixture, request, code, { resource: 'https://other.example/mcp' })
      expect(answer).to.include({ status: 400, error: 'invalid_target' })
    })
  })

  it('begins at most 60 sign-ins a minute per address', async () => {
    const clientId = String((await register(fixture))['client_id'])
    const { url } = authorizationRequest(fixture, clientId)
    const answers = await Promise.all(Array.from({ length: 61 }, () => fetch(url, { redirect: 'manual' })))
    expect(answers.filter(({ status }) => status === 303)).to.have.length(60)
    const refused = answers.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get('retry-after'))).to.be.within(1, 60)
  })

  it('announces the initial tool scopes, and no concealed one', async () => {
    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
      const response = await fetch(fixture.origin + path)
      expect(response.headers.get('cache-control')).to.include('max-age')
      const metadata = (await response.json()) as Record<string, unknown>
      expect(metadata['scopes_supported']).to.deep.equal(['notes:read'])
      expect(JSON.stringify(metadata)).to.not.include('vault')
    }
  })
})
