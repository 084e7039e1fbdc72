import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'

import { expect } from 'chai'

import { openBrowser, textOf } from './support/browser.ts'
import type { Browser, BrowserPage } from './support/browser.ts'
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

async function openConsent(fixture: Fixture, clientId: string, parameters = {}): Promise<[Browser, BrowserPage]> {
  const browser = openBrowser(fixture.origin)
  const page = await browser.open(authorizationRequest(fixture, clientId, parameters).url)
  return [browser, await signIn(browser, page)]
}

describe('the wire of the embedded authorization server', () => {
  let fixture: Fixture
  let now = Date.now()
  beforeEach(async () => {
    now = Date.now()
    fixture = await startFixture({ clock: () => now })
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

  describe('sign-in and consent pages', () => {
    it('cannot be framed, load nothing, and send forms to themselves and the redirect alone', async () => {
      const { client_id: clientId } = await register(fixture)
      const browser = openBrowser(fixture.origin)
      const signInPage = await browser.open(authorizationRequest(fixture, String(clientId)).url)
      const consentPage = await signIn(browser, signInPage)
      for (const { headers, status } of [signInPage, consentPage]) {
        expect(status).to.equal(200)
        const policy = headers.get('content-security-policy') ?? ''
        expect(policy)
          .to.include("default-src 'none'")
          .and.include("frame-ancestors 'none'")
          .and.include("base-uri 'none'")
        expect(policy).to.match(/form-action 'self' http:\/\/127\.0\.0\.1:3118$/)
        expect(headers.get('referrer-policy')).to.equal('same-origin')
        expect(headers.get('x-frame-options')).to.equal('DENY')
        expect(headers.get('cache-control')).to.equal('no-store')
      }
      expect(signInPage.html + consentPage.html).to.not.match(/<script|javascript:|<link|<img|@import/i)
    })

    it('bind their forms to one interaction and one step of it', async () => {
      const { client_id: clientId } = await register(fixture)
      const [browser, page] = await openConsent(fixture, String(clientId))
      const other = await openBrowser(fixture.origin).open(authorizationRequest(fixture, String(clientId)).url)
      const foreignToken = /name="csrf" value="([^"]+)"/.exec(other.html)?.[1] ?? ''
      for (const csrf of ['', 'x', foreignToken]) {
        const answer = await browser.submit(page, { fields: { csrf }, press: 'Allow' })
        expect(answer.status).to.equal(403)
      }
      expect((await browser.submit(page, { press: 'Allow' })).url.searchParams.get('code')).to.be.a('string')
    })

    it('let no consent form stand in for a sign-in', async () => {
      const { client_id: clientId } = await register(fixture)
      const browser = openBrowser(fixture.origin)
      const page = await browser.open(authorizationRequest(fixture, String(clientId)).url)
      const skip = { ...page, html: page.html.replace('/sign-in"', '/consent"') }
      const answer = await browser.submit(skip, { press: 'Sign in' })
      expect(answer.status).to.equal(403)
    })

    it('belong to the browser that began', async () => {
      const { client_id: clientId } = await register(fixture)
      const [, page] = await openConsent(fixture, String(clientId))
      const stranger = await openBrowser(fixture.origin).open(page.url)
      expect(stranger.status).to.equal(400)
      expect(textOf(stranger)).to.include('This sign-in is over').and.not.include('alice')
    })

    it('render nothing of the client but escaped text', async () => {
      const name = `<script>alert(1)</script>"'&<img src=x> \u202Egnp.exe\u0007`
      const { client_id: clientId } = await register(fixture, {
        client_name: name,
        logo_uri: 'https://attacker.example/x.png',
      })
      const [, page] = await openConsent(fixture, String(clientId), { state: '"><b>state' })
      expect(page.html).to.include('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img src=x&gt; gnp.exe')
      expect(page.html).to.not.include('<script').and.not.include('<img').and.not.include('attacker.example')
      expect(page.html).to.not.match(/[\u0007\u202E]/u)
    })

    it('escape what was typed', async () => {
      const { client_id: clientId } = await register(fixture)
      const browser = openBrowser(fixture.origin)
      const page = await browser.open(authorizationRequest(fixture, String(clientId)).url)
      const again = await signIn(browser, page, { name: '"><b>x', password: 'wrong-password' })
      expect(again.html).to.include('value="&quot;&gt;&lt;b&gt;x"').and.not.include('<b>')
    })
  })

  describe('registration', () => {
    it('takes https, http on loopback and app schemes by shape', async () => {
      for (const uri of [
        'https://app.example/callback',
        'http://127.0.0.1:3118/callback',
        'http://localhost/callback',
        'http://[::1]:3118/callback',
        'com.example.app:/callback',
        'cursor://anysphere.cursor-mcp/oauth/callback',
      ]) {
        now += 10_000
        const answer = await register(fixture, { redirect_uris: [uri] })
        expect(answer, uri).to.include({ status: 201 }).and.have.property('client_id')
      }
    })

    it('refuses every other redirect URI as invalid_redirect_uri', async () => {
      for (const uri of [
        'http://attacker.example/callback',
        'http://127.0.0.1.attacker.example/',
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
        'myapp://callback',
        'https://app.example/#fragment',
        'https://user@app.example/',
        'https://*.app.example/',
        "https://a;script-src'unsafe-inline'.example/",
        'https://app.example/ x',
        '/callback',
        '',
      ]) {
        now += 10_000
        const answer = await register(fixture, { redirect_uris: ['https://app.example/callback', uri] })
        expect(answer, uri).to.include({ status: 400, error: 'invalid_redirect_uri' })
      }
      now += 60_000
      expect(await register(fixture, { redirect_uris: [] })).to.include({ status: 400, error: 'invalid_redirect_uri' })
      expect(await register(fixture, { redirect_uris: 'https://app.example' })).to.include({ status: 400 })
    })

    it('refuses an 11th within a minute with Retry-After, and takes it after the wait', async () => {
      for (let count = 0; count < 10; count += 1) expect(await register(fixture)).to.include({ status: 201 })
      const answer = await fetch(`${fixture.origin}/register`, { method: 'POST', body: '{}' })
      expect(answer.status).to.equal(429)
      const wait = Number(answer.headers.get('retry-after'))
      expect(wait).to.be.within(1, 60)
      now += wait * 1000
      expect(await register(fixture)).to.include({ status: 201 })
    })

    it('keeps at most 1,000 clients without a grant, the newest, and those with one beside', async () => {
      const used = String((await register(fixture))['client_id'])
      await obtainToken(fixture, used)
      const unused = String((await register(fixture))['client_id'])
      now += 60_000
      for (let count = 0; count < 1_000; count += 1) {
        now += 6_000
        expect(await register(fixture)).to.include({ status: 201 })
      }
      const known = async (clientId: string): Promise<boolean> =>
        (await openBrowser(fixture.origin).open(authorizationRequest(fixture, clientId).url)).status === 200
      expect(await known(used), 'with a grant').to.equal(true)
      expect(await known(unused), 'the oldest without').to.equal(false)
    }).timeout(60_000)

    it('drops a client that got no grant within 24 hours, and keeps one that did', async () => {
      const used = String((await register(fixture))['client_id'])
      const unused = String((await register(fixture))['client_id'])
      await obtainToken(fixture, used)
      now += 24 * 60 * 60 * 1000 + 1000
      const browser = openBrowser(fixture.origin)
      const gone = await browser.open(authorizationRequest(fixture, unused).url)
      expect(gone.status).to.equal(400)
      expect(textOf(gone)).to.include('invalid_client')
      expect((await browser.open(authorizationRequest(fixture, used).url)).status).to.equal(200)
    })

    it('refuses what is not a JSON object, and what is too large', async () => {
      const post = (body: string, type = 'application/json'): Promise<Response> =>
        fetch(`${fixture.origin}/register`, { method: 'POST', body, headers: { 'content-type': type } })
      expect((await post('[]')).status).to.equal(400)
      expect((await post('{')).status).to.equal(400)
      expect((await post('{}', 'text/plain')).status).to.equal(400)
      expect((await post(JSON.stringify({ client_name: 'x'.repeat(40_000) }))).status).to.equal(413)
    })
  })

  describe('consent', () => {
    for (const [kind, uri] of [
      ['a loopback redirect', 'http://127.0.0.1:3118/callback'],
      ['a private scheme', 'com.example.app:/callback'],
      ['an https redirect', 'https://app.example/callback'],
    ] as const) {
      it(`is asked again each time, with nothing remembered, for ${kind}`, async () => {
        const clientId = String((await register(fixture, { redirect_uris: [uri] }))['client_id'])
        const browser = openBrowser(fixture.origin)
        const parameters = { redirect_uri: uri }
        const first = await obtainToken(fixture, clientId, { browser, parameters })
        const second = await obtainToken(fixture, clientId, { browser, parameters })
        expect(first.signedIn).to.equal(true)
        expect(second.signedIn, 'the session lasts').to.equal(false)
        expect(textOf(second.consent)).to.include('Allow access to Acme tools?')
        const silent = authorizationRequest(fixture, clientId, { ...parameters, prompt: 'none' })
        const answer = await browser.open(silent.url)
        expect(answer.url.searchParams.get('error')).to.equal('consent_required')
      })
    }

    it("shows the redirect's host larger than the client's name, and the name as unverified", async () => {
      const clientId = String((await register(fixture, { client_name: 'Claude' }))['client_id'])
      const [, page] = await openConsent(fixture, clientId)
      expect(textOf(page)).to.match(/You will be sent to 127\.0\.0\.1:3118 The app calls itself Claude unverified/)
      const size = (selector: string): number =>
        Number(new RegExp(`\\.app \\.${selector} \\{[^}]*font-size: ([\\d.]+)rem`).exec(page.html)?.[1])
      expect(page.html).to.match(/class="host">127\.0\.0\.1:3118</)
      expect(size('host')).to.be.above(size('name'))
    })

    it('warns when every redirect is loopback, and only then', async () => {
      const loopback = String(
        (await register(fixture, { redirect_uris: ['http://127.0.0.1:3118/callback', 'http://localhost/x'] }))[
          'client_id'
        ],
      )
      expect(textOf((await openConsent(fixture, loopback))[1])).to.include('This app runs on your device.')
      const mixed = String(
        (await register(fixture, { redirect_uris: ['http://127.0.0.1:3118/callback', 'https://app.example/x'] }))[
          'client_id'
        ],
      )
      expect(textOf((await openConsent(fixture, mixed))[1])).to.not.include('This app runs on your device.')
    })
  })

  describe('sign-in', () => {
    it('says the same of an unknown user and of a wrong password', async () => {
      const clientId = String((await register(fixture))['client_id'])
      const answers: string[] = []
      for (const name of ['alice', 'nobody']) {
        const browser = openBrowser(fixture.origin)
        const page = await browser.open(authorizationRequest(fixture, clientId).url)
        const answer = await signIn(browser, page, { name, password: 'wrong-password' })
        expect(answer.status).to.equal(422)
        answers.push(textOf(answer))
      }
      expect(answers[0]).to.include('The user name or the password is wrong.').and.equal(answers[1])
      const refused = fixture.events.filter(({ type }) => type === 'sign-in-refused')
      expect(refused.map((event) => 'user' in event && event.user)).to.deep.equal(['alice', undefined])
    })

    it('is throttled per account, known or not, and opens again with time', async () => {
      const clientId = String((await register(fixture))['client_id'])
      for (const name of ['alice', 'nobody']) {
        const browser = openBrowser(fixture.origin)
        let page = await browser.open(authorizationRequest(fixture, clientId).url)
        for (let count = 0; count < 10; count += 1)
          page = await signIn(browser, page, { name, password: 'wrong-password' })
        expect(page.status).to.equal(422)
        page = await signIn(browser, page, { name, password: alice.password })
        expect(page.status, 'even the right one').to.equal(429)
        expect(Number(page.headers.get('retry-after'))).to.be.within(1, 300)
        expect(textOf(page)).to.match(/Too many attempts\. Try again in \d+ (minutes|seconds)\./)
      }
      now += 301_000
      await obtainToken(fixture, clientId)
    })

    it('is throttled per address, whatever the account', async () => {
      const clientId = String((await register(fixture))['client_id'])
      const browser = openBrowser(fixture.origin)
      let page = await browser.open(authorizationRequest(fixture, clientId).url)
      for (let count = 0; count < 50; count += 1) {
        page = await signIn(browser, page, { name: 'nobody', password: 'wrong-password' })
        expect(page.status).to.be.oneOf([422, 429])
      }
      expect((await signIn(browser, page)).status, 'another account from there').to.equal(429)
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
