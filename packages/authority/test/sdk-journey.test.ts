import { auth as authV2 } from '@modelcontextprotocol/client'
import type { OAuthClientProvider as ProviderV2 } from '@modelcontextprotocol/client'
import { auth as authV1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { expect } from 'chai'

import { openBrowser } from '../../../test/support/form-browser.ts'
import { signIn, startFixture, verify } from './support/fixture.ts'
import type { Fixture } from './support/fixture.ts'

const REDIRECT = 'http://127.0.0.1:3118/callback'

interface Memory {
  client?: Parameters<NonNullable<ProviderV2['saveClientInformation']>>[0]
  tokens?: Parameters<ProviderV2['saveTokens']>[0]
  verifier?: string
  url?: URL
}

/** The least that an application implements for either SDK. */
function createClientProvider(memory: Memory): ProviderV2 {
  return {
    redirectUrl: REDIRECT,
    clientMetadata: {
      client_name: 'Journey',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'notes:read offline_access made:up',
    },
    clientInformation: () => memory.client,
    saveClientInformation: (client) => void (memory.client = client),
    tokens: () => memory.tokens,
    saveTokens: (tokens) => void (memory.tokens = tokens),
    saveCodeVerifier: (verifier) => void (memory.verifier = verifier),
    codeVerifier: () => memory.verifier ?? '',
    redirectToAuthorization: (url) => void (memory.url = url),
  }
}

type Auth = (
  provider: ProviderV2,
  options: { serverUrl: string; scope?: string; authorizationCode?: string; iss?: string },
) => Promise<string>

const sdks: readonly (readonly [string, Auth])[] = [
  ['@modelcontextprotocol/client (v2)', (provider, options) => authV2(provider, options)],
  ['@modelcontextprotocol/sdk (v1)', (provider, options) => authV1(provider, options)],
]

describe('the journey of an SDK client', () => {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await startFixture()
  })
  afterEach(() => fixture.close())

  for (const [name, auth] of sdks) {
    it(`registers, signs in, consents, gets a token and steps up with ${name}`, async () => {
      const memory: Memory = {}
      const provider = createClientProvider(memory)
      const browser = openBrowser(fixture.origin)
      const serverUrl = fixture.resource

      expect(await auth(provider, { serverUrl, scope: 'notes:read' })).to.equal('REDIRECT')
      const consent = await signIn(browser, await browser.open(memory.url?.href ?? ''))
      const end = await browser.submit(consent, { press: 'Allow' })
      const { code = '', iss = '' } = Object.fromEntries(end.url.searchParams)
      expect(iss).to.equal(fixture.origin)
      expect(await auth(provider, { serverUrl, authorizationCode: code, iss })).to.equal('AUTHORIZED')
      expect(memory.tokens).to.include({ token_type: 'Bearer', scope: 'notes:read' })
      expect(memory.tokens).to.not.have.property('refresh_token')
      const claims = await verify(fixture, memory.tokens?.access_token ?? '')
      expect(claims).to.include({ scope: 'notes:read', aud: fixture.resource, iss: fixture.origin, username: 'alice' })

      memory.tokens = undefined as never
      expect(await auth(provider, { serverUrl, scope: 'notes:read notes:write' })).to.equal('REDIRECT')
      const again = await browser.open(memory.url?.href ?? '')
      expect(again.html, 'no second sign-in').to.not.include('type="password"')
      const stepped = await browser.submit(again, { press: 'Allow' })
      const answer = Object.fromEntries(stepped.url.searchParams)
      await auth(provider, { serverUrl, authorizationCode: answer['code'] ?? '', iss: answer['iss'] ?? '' })
      const wider = await verify(fixture, (memory.tokens as Memory['tokens'])?.access_token ?? '')
      expect(wider['scope']).to.equal('notes:read notes:write')
      expect(fixture.authority.localIssuer().standing(wider)).to.equal(true)
    })
  }
})
