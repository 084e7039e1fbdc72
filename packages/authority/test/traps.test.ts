import { expect } from 'chai'

import { openBrowser, textOf } from '../../../test/support/form-browser.ts'
import { authorizationRequest, obtainToken, redeem, register, signIn, startFixture, verify } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'

const DOCUMENT = 'https://client.example/oauth/client.json'

/** Serves client id metadata documents without a network. */
function serveDocuments(documents: Readonly<Record<string, unknown>>): { fetch: typeof fetch; fetched: string[] } {
  const fetched: string[] = []
  return {
    fetched,
    fetch: async (input) => {
      const url = new Request(input).url
      fetched.push(url)
      const document = documents[url]
      return document === undefined ? new Response('', { status: 404 }) : Response.json(document)
    },
  }
}

describe("the provider's traps", () => {
  let fixture: Fixture
  const documents = serveDocuments({
    [DOCUMENT]: {
      client_id: DOCUMENT,
      client_name: 'Document client',
      redirect_uris: ['http://127.0.0.1/callback', 'https://client.example/callback'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:example:other'],
      scope: 'openid made:up notes:read',
      token_endpoint_auth_method: 'none',
    },
    'https://evil.example/c': { client_id: 'https://evil.example/c', redirect_uris: ['http://attacker.example/'] },
    'https://liar.example/c': { client_id: 'https://client.example/c', redirect_uris: ['https://liar.example/'] },
    'https://secret.example/c': {
      client_id: 'https://secret.example/c',
      client_secret: 'x',
      redirect_uris: ['https://secret.example/'],
    },
  })
  beforeEach(async () => {
    documents.fetched.length = 0
    fixture = await startFixture({ fetch: documents.fetch })
  })
  afterEach(() => fixture.close())

  it("(a) endpoint URLs and cookies are the issuer's: see the wire", async () => {
    const metadata = (await (await fetch(`${fixture.origin}/.well-known/oauth-authorization-server`)).json()) as object
    expect(Object.entries(metadata).filter(([key]) => key.endsWith('_endpoint') || key.endsWith('_uri'))).to.deep.equal(
      [
        ['authorization_endpoint', `${fixture.origin}/authorize`],
        ['jwks_uri', `${fixture.origin}/jwks`],
        ['registration_endpoint', `${fixture.origin}/register`],
        ['token_endpoint', `${fixture.origin}/token`],
      ],
    )
  })

  it('(b) a scope in the registration neither refuses nor freezes the client', async () => {
    const client = await register(fixture, { scope: 'notes:read unknown:thing offline_access' })
    expect(client).to.include({ status: 201 }).and.not.have.property('scope')
    const { scope } = await obtainToken(fixture, String(client['client_id']), {
      parameters: { scope: 'notes:read notes:write' },
    })
    expect(scope).to.equal('notes:read notes:write')
  })

  it('(b) a scope in a client id metadata document neither refuses nor freezes the client', async () => {
    const parameters = { scope: 'files:write', redirect_uri: 'http://127.0.0.1:49152/callback' }
    const { scope, consent, token } = await obtainToken(fixture, DOCUMENT, { parameters })
    expect(scope).to.equal('files:write')
    expect(textOf(consent)).to.include('Document client unverified').and.include('It is described at client.example')
    expect(await verify(fixture, token)).to.include({ client_id: DOCUMENT })
  })

  it("(b) tool scopes are the resource's, and openid unlocks nothing", async () => {
    const { client_id: clientId } = await register(fixture)
    const { scope, answer } = await obtainToken(fixture, String(clientId), {
      parameters: { scope: 'openid profile offline_access notes:read' },
    })
    expect(scope).to.equal('notes:read')
    expect(answer).to.not.have.property('id_token')
  })

  it('(c) a client that lists the refresh grant is taken, and gets no refresh token', async () => {
    const client = await register(fixture, {
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })
    expect(client).to.include({ status: 201 })
    expect(client['grant_types']).to.deep.equal(['authorization_code', 'refresh_token'])
    const { answer } = await obtainToken(fixture, String(client['client_id']), {
      parameters: { scope: 'notes:read offline_access', prompt: 'consent' },
    })
    expect(answer).to.not.have.property('refresh_token')
    expect(answer).to.include({ token_type: 'Bearer', expires_in: 3600 })
  })

  it('(d) the default resource is ours, and others are invalid_target: see the wire', async () => {
    const bare = await startFixture({ resource: (origin) => origin })
    try {
      const { client_id: clientId } = await register(bare)
      // Clients send the resource through a URL parser, which ends a bare origin with a slash.
      const { token } = await obtainToken(bare, String(clientId), { parameters: { resource: `${bare.origin}/` } })
      expect((await verify(bare, token)).aud, 'byte for byte as configured').to.equal(bare.origin)
    } finally {
      await bare.close()
    }
  })

  it('(e) a client without a scope is asked for the initial scopes', async () => {
    const { client_id: clientId } = await register(fixture)
    const { scope } = await obtainToken(fixture, String(clientId), { parameters: { scope: undefined } })
    expect(scope).to.equal('notes:read')
  })

  it('(f) client id metadata documents are announced, and fetched once', async () => {
    const metadata = (await (await fetch(`${fixture.origin}/.well-known/oauth-authorization-server`)).json()) as object
    expect(metadata).to.include({ client_id_metadata_document_supported: true })
    const browser = openBrowser(fixture.origin)
    const parameters = { redirect_uri: 'https://client.example/callback' }
    await obtainToken(fixture, DOCUMENT, { browser, parameters })
    await obtainToken(fixture, DOCUMENT, { browser, parameters })
    expect(documents.fetched).to.deep.equal([DOCUMENT])
  })

  it('(f) a document that is absent, lies of its id, names a secret or a bad redirect is refused on a page', async () => {
    for (const clientId of [
      'https://absent.example/c',
      'https://liar.example/c',
      'https://evil.example/c',
      'https://secret.example/c',
    ]) {
      const { url } = authorizationRequest(fixture, clientId, { redirect_uri: 'https://liar.example/' })
      const page = await openBrowser(fixture.origin).open(url)
      expect(page.status, clientId).to.equal(400)
      expect(page.headers.get('content-security-policy')).to.include("default-src 'none'")
    }
  })

  it('(f) one address causes at most ten fetches a minute', async () => {
    const browser = openBrowser(fixture.origin)
    for (let count = 0; count < 15; count += 1) {
      await browser.open(authorizationRequest(fixture, `https://absent${String(count)}.example/c`).url)
    }
    expect(documents.fetched).to.have.length(10)
  })

  it('tells what the SDK clients look for', async () => {
    const response = await fetch(`${fixture.origin}/.well-known/oauth-authorization-server`)
    expect(await response.json()).to.deep.include({
      issuer: fixture.origin,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      authorization_response_iss_parameter_supported: true,
    })
  })

  it('requires PKCE with S256 of every client', async () => {
    const secret = await register(fixture, { token_endpoint_auth_method: 'client_secret_basic' })
    const open = await register(fixture)
    const browser = openBrowser(fixture.origin)
    for (const client of [secret, open]) {
      for (const parameters of [
        { code_challenge: undefined, code_challenge_method: undefined },
        { code_challenge_method: 'plain' },
        { code_challenge_method: undefined },
      ]) {
        const { url } = authorizationRequest(fixture, String(client['client_id']), parameters)
        const answer = await browser.open(url)
        expect(answer.url.searchParams.get('error')).to.equal('invalid_request')
        expect(answer.url.searchParams.get('iss')).to.equal(fixture.origin)
      }
    }
  })

  it('serves a confidential client with its secret alone', async () => {
    const client = await register(fixture, { token_endpoint_auth_method: 'client_secret_post' })
    const secret = String(client['client_secret'])
    const request = authorizationRequest(fixture, String(client['client_id']))
    const browser = openBrowser(fixture.origin)
    const end = await browser.submit(await signIn(browser, await browser.open(request.url)), { press: 'Allow' })
    const code = end.url.searchParams.get('code') ?? ''
    expect(await redeem(fixture, request, code)).to.include({ status: 401, error: 'invalid_client' })
    expect(await redeem(fixture, request, code, { client_secret: secret })).to.include({ status: 200 })
  })

  it('redeems a code once: of two at once one passes, and a replay ends the token', async () => {
    const { client_id: clientId } = await register(fixture)
    const request = authorizationRequest(fixture, String(clientId))
    const browser = openBrowser(fixture.origin)
    const end = await browser.submit(await signIn(browser, await browser.open(request.url)), { press: 'Allow' })
    const code = end.url.searchParams.get('code') ?? ''
    const answers = await Promise.all([redeem(fixture, request, code), redeem(fixture, request, code)])
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 400])
    const token = String(answers.find(({ status }) => status === 200)?.['access_token'])
    const claims = await verify(fixture, token)
    expect(await redeem(fixture, request, code)).to.include({ status: 400, error: 'invalid_grant' })
    expect(fixture.authority.localIssuer().standing(claims)).to.equal(false)
    expect(fixture.events.map(({ type }) => type)).to.include('grant-revoked')
  })

  it('refuses other response modes on a page without a script', async () => {
    const { client_id: clientId } = await register(fixture)
    const { url } = authorizationRequest(fixture, String(clientId), { response_mode: 'form_post' })
    const page = await openBrowser(fixture.origin).open(url)
    expect(page.status).to.equal(400)
    expect(page.html).to.not.include('<script')
  })
})
