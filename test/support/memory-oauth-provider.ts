import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/client'

type Registration = Parameters<NonNullable<OAuthClientProvider['saveClientInformation']>>[0]
type Tokens = Parameters<OAuthClientProvider['saveTokens']>[0]

/** What an application keeps between sign-ins. */
export interface OAuthMemory {
  client?: Registration
  tokens?: Tokens
  /** Where the SDK last sent the person. */
  authorizationUrl?: URL
}

const redirectUrl = 'http://127.0.0.1:3118/callback'

/** The least that an application implements for either SDK: a public client that keeps everything in memory. */
export function memoryOAuthProvider(memory: OAuthMemory): OAuthClientProvider {
  let verifier = ''
  let discovery: OAuthDiscoveryState | undefined
  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'Journey',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => memory.client,
    saveClientInformation: (client) => void (memory.client = client),
    tokens: () => memory.tokens,
    saveTokens: (tokens) => void (memory.tokens = tokens),
    saveCodeVerifier: (value) => void (verifier = value),
    codeVerifier: () => verifier,
    saveDiscoveryState: (state) => void (discovery = state),
    discoveryState: () => discovery,
    redirectToAuthorization: (url) => void (memory.authorizationUrl = url),
  }
}
