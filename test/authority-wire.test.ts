import { expect } from 'chai'
import { openUserStore } from '@toolgate/authority'
import { once } from 'node:events'
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { startTestHost, type TestHost } from './support/host.ts'
import { createPerson } from './support/person.ts'
import { send, type WireAnswer, type WireRequest } from './support/wire.ts'

const password = 'correct horse battery'
const redirectUri = 'http://127.0.0.1:3118/callback'
const foreign = 'https://app.example'

const forwarded = {
  forwarded: 'host=attacker.example;proto=https',
  'x-forwarded-host': 'attacker.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '8443',
}

/** Every path of the authorization server that a document or a page names. */
const paths = [
  ['GET', '/.well-known/oauth-authorization-server'],
  ['GET', '/.well-known/openid-configuration'],
  ['GET', '/jwks'],
  ['GET', '/authorize'],
  ['POST', '/token'],
  ['POST', '/register'],
  ['GET', '/interaction/x'],
] as const

const cookiesOf = ({ 'set-cookie': lines = [] }: IncomingHttpHeaders) =>
  lines.map((line) => line.split(';')[0] ?? '').join('; ')

describe('the embedded authorization server on the whole host', () => {
  let host: TestHost
  let clientId: string

  before(async () => {
    host = await startTestHost({
      embedded: true,
      config: {
        allowedHosts: ['proxy.example'],
        initialScopes: ['fixture:read'],
        tools: { fixture_hidden: { visibility: 'concealed' } },
      },
      environment: { TOOLGATE_DEV_USER: 'ada', TOOLGATE_DEV_PASSWORD: password },
    })
    clientId = String((await register()).json().client_id)
  })
  after(() => host.close())

  function register(headers: WireRequest['headers'] = {}): Promise<WireAnswer> {
    return send(host.origin, {
      method: 'POST',
      path: '/register',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
    })
  }

  function authorizePath(scope: string): string {
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      scope,
      resource: host.url,
    })
    return `/authorize?${parameters.toString()}`
  }

  /** Opens the sign-in page, as the proxy would pass the request on. */
  async function openSignIn(
    headers: WireRequest['headers'] = {},
  ): Promise<{ path: string; cookie: string; page: WireAnswer }> {
    const begun = await send(host.origin, { path: authorizePath('fixture:read'), headers })
    const path = begun.headers.location ?? ''
    const cookie = cookiesOf(begun.headers)
    return { path, cookie, page: await send(host.origin, { path, headers: { ...headers, cookie } }) }
  }

  describe('metadata, redirects, form targets and cookies', () => {
    for (const [method, path] of paths) {
      it(`are refused with 403 at another Host: ${method} ${path}`, async () => {
        const answer = await send(host.origin, { method, path, headers: { host: 'attacker.example', ...forwarded } })
        expect(answer.status).to.equal(403)
        expect(answer.text + JSON.stringify(answer.headers)).to.not.include('attacker')
        expect(answer.headers).to.not.have.property('set-cookie')
      })
    }

    it('are refused with 403 at an absolute request target', async () => {
      const path = 'http://attacker.example/.well-known/oauth-authorization-server'
      expect(await send(host.origin, { path })).to.have.property('status', 403)
    })

    it("name the configured issuer at an allowed Host, whatever it and a proxy's headers say", async () => {
      const headers = { host: 'proxy.example', ...forwarded }
      for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
        const answer = await send(host.origin, { path, headers })
        expect(answer.status).to.equal(200)
        expect(answer.text).to.not.match(/attacker|proxy\.example|https:/)
        expect(answer.json()).to.include({ issuer: host.origin, token_endpoint: `${host.origin}/token` })
      }
      const resource = await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp', headers })
      expect(resource.json()).to.deep.include({ resource: host.url, authorization_servers: [host.origin] })
    })

    it('stay on the issuer through the sign-in', async () => {
      const headers = { host: 'proxy.example', ...forwarded }
      const { path, cookie, page } = await openSignIn(headers)
      expect(path).to.match(/^\/interaction\/[\w-]+$/)
      expect(page.text)
        .to.include(`action="${path}/sign-in"`)
        .and.not.match(/attacker|proxy\.example/)
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
      const signedIn = await send(host.origin, {
        method: 'POST',
        path: `${path}/sign-in`,
        headers: { ...headers, cookie, origin: host.origin, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ csrf, user: 'ada', password }).toString(),
      })
      expect(signedIn.status).to.equal(303)
      expect(signedIn.headers.location).to.match(new RegExp(`^(${host.origin})?/authorize/`))
      for (const line of signedIn.headers['set-cookie'] ?? []) {
        expect(line)
          .to.match(/httponly/i)
          .and.not.match(/domain=|;\s*secure/i)
      }
    })
  })

  describe('CORS', () => {
    for (const [method, path] of paths.slice(0, 3).concat(paths.slice(4, 6))) {
      it(`opens ${path} to any origin without credentials, where the MCP endpoint is closed to it`, async () => {
        const headers = { origin: foreign, 'access-control-request-method': method }
        const preflight = await send(host.origin, { method: 'OPTIONS', path, headers })
        expect(preflight.status).to.equal(204)
        const answer = await send(host.origin, { method, path, headers: { origin: foreign } })
        for (const { headers: sent } of [preflight, answer]) {
          expect(sent).to.include({ 'access-control-allow-origin': '*' })
          expect(sent).to.not.have.any.keys('access-control-allow-credentials', 'set-cookie')
        }
        expect(await send(host.origin, { method: 'OPTIONS', path: '/mcp', headers })).to.have.property('status', 403)
      })
    }

    it('takes posts of sign-in and consent from their own origin alone', async () => {
      const { path, cookie, page } = await openSignIn()
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
      const body = new URLSearchParams({ csrf, user: 'ada', password }).toString()
      for (const origin of [foreign, 'null', host.origin.replace('http:', 'https:')]) {
        const answer = await send(host.origin, {
          method: 'POST',
          path: `${path}/sign-in`,
          headers: { origin, cookie, 'content-type': 'application/x-www-form-urlencoded' },
          body,
        })
        expect(answer.status, origin).to.equal(403)
        expect(answer.headers).to.not.have.property('access-control-allow-origin')
      }
    })
  })

  it('sends its pages with their own headers alone, not framed and not cached', async () => {
    const { page } = await openSignIn()
    expect(page.status).to.equal(200)
    expect(page.headers).to.include({
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    expect(page.headers['content-security-policy'])
      .to.include("frame-ancestors 'none'")
      .and.include(`form-action 'self' ${new URL(redirectUri).origin}`)
  })

  it('asks a client for the body that it waits to be asked for', async () => {
    const outgoing = request(`${host.origin}/token`, { method: 'POST', agent: false })
    outgoing.setHeader('content-type', 'application/x-www-form-urlencoded').setHeader('expect', '100-continue')
    outgoing.flushHeaders()
    await once(outgoing, 'continue')
    outgoing.end('grant_type=authorization_code')
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect(response.statusCode).to.equal(400)
    expect(await json(response)).to.have.property('error', 'invalid_request')
  })

  it('asks for no bearer, and the paths beside its own are not its own', async () => {
    const token = await send(host.origin, {
      method: 'POST',
      path: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, code: 'x' }).toString(),
    })
    expect(token.status).to.equal(400)
    expect(token.json().error).to.be.oneOf(['invalid_grant', 'invalid_request'])
    for (const path of ['/token/', '/Token', '/authorize/../jwks', '/interaction', '/userinfo', '/session/end']) {
      const answer = await send(host.origin, { path })
      expect(answer.status, path).to.equal(404)
      expect(answer.json().error, path).to.equal('not_found')
    }
  })

  it('shows the scope of a concealed tool to one who may hold it, and to nobody else', async () => {
    const users = openUserStore(join(host.folder, '.toolgate'))
    users.add({ name: 'bob', password, scopes: ['fixture:read'] })
    users.close()
    const url = new URL(authorizePath('fixture:read fixture:secret'), host.origin)
    const [ada, bob] = [createPerson(host.origin, 'ada', password), createPerson(host.origin, 'bob', password)]
    await ada.visit(url)
    await bob.visit(url)
    expect(ada.consents[0]).to.include('fixture:read').and.include('fixture:secret')
    expect(bob.consents[0])
      .to.include('fixture:read')
      .and.not.match(/secret|fixture_hidden|does not have/)
    const metadata = await send(host.origin, { path: '/.well-known/oauth-authorization-server' })
    expect(metadata.json().scopes_supported).to.deep.equal(['fixture:read'])
  })

  it('records sign-in, refusal and consent in the audit, without a password', async () => {
    const url = new URL(authorizePath('fixture:read'), host.origin)
    await createPerson(host.origin, 'ada', password).visit(url)
    const refused = createPerson(host.origin, 'ada', 'a wrong password').visit(url)
    await refused.then(
      () => expect.fail('signed in with a wrong password'),
      () => undefined,
    )
    const text = JSON.stringify(await host.audit())
    for (const type of ['sign-in', 'sign-in-refused', 'consent']) expect(text).to.include(`"${type}"`)
    expect(text).to.not.match(/correct horse|a wrong password/)
  })

  describe('registration', () => {
    it('counts registrations by the address of the connection, whatever X-Forwarded-For says', async () => {
      const statuses: number[] = []
      for (let count = 0; count < 11; count += 1) {
        statuses.push((await register({ 'x-forwarded-for': `192.0.2.${String(count)}` })).status)
      }
      expect(statuses.at(-1)).to.equal(429)
      expect(statuses[0]).to.equal(201)
    })
  })
})
