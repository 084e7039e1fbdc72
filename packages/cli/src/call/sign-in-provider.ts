import { randomBytes } from 'node:crypto'
import type {
  OAuthClientInformationContext,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import { CliError } from '../errors.ts'
import type { SignIn, SignInStore } from './sign-in-store.ts'

/** The authorization server does not know the client that an earlier command registered: it was set up anew since. */
export class ForgottenClientError extends Error {
  override readonly name = 'ForgottenClientError'
}

const probeMilliseconds = 5_000

/** What a sign-in needs to know. */
export interface SignInProviderOptions {
  readonly store: SignInStore
  readonly signIn: SignIn
  readonly redirectUrl: string
  readonly redirectPort: number
  /** A client registered by hand, for authorization servers that register none by themselves. */
  readonly clientId: string | undefined
  /** What the host asks of the sign-in beside scopes: parameters of the authorization request. */
  takeDemand(): Readonly<Record<string, string>>
  /** Shows the address to the user. */
  show(authorizationUrl: URL): void
}

/** The OAuth side of `toolgate call`: a public native client with PKCE, kept by a {@link SignInStore}. */
export class SignInProvider implements OAuthClientProvider {
  readonly #options: SignInProviderOptions
  readonly #asked = new Set<string>()
  #signIn: SignIn
  #state = ''
  #verifier = ''
  #discovery: OAuthDiscoveryState | undefined
  /** The client was registered by an earlier command. */
  #isClientOld: boolean

  constructor(options: SignInProviderOptions) {
    this.#options = options
    const { client, redirectPort, ...rest } = options.signIn
    const stillOurs = client !== undefined && redirectPort === options.redirectPort
    this.#signIn = stillOurs ? options.signIn : rest
    this.#isClientOld = stillOurs && options.clientId === undefined
  }

  /** The `state` of the request that waits for an answer. */
  get pendingState(): string {
    return this.#state
  }

  get redirectUrl(): string {
    return this.#options.redirectUrl
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: 'Toolgate CLI',
      redirect_uris: [this.#options.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    }
  }

  state(): string {
    this.#state = randomBytes(32).toString('base64url')
    return this.#state
  }

  clientInformation(context?: OAuthClientInformationContext): StoredOAuthClientInformation | undefined {
    if (this.#options.clientId !== undefined) return { client_id: this.#options.clientId }
    return ofIssuer(this.#signIn.client, context)
  }

  async saveClientInformation(client: StoredOAuthClientInformation): Promise<void> {
    // The SDK also saves a client that it only completed.
    if (client.client_id !== this.#signIn.client?.client_id) this.#isClientOld = false
    await this.#keep({ ...this.#signIn, client, redirectPort: this.#options.redirectPort })
  }

  tokens(context?: OAuthClientInformationContext): StoredOAuthTokens | undefined {
    return ofIssuer(this.#signIn.tokens, context)
  }

  async saveTokens(tokens: StoredOAuthTokens): Promise<void> {
    await this.#keep({ ...this.#signIn, tokens })
  }

  /**
   * @throws CliError `fault` if the same was asked for before: the user left some of the scopes out, or the sign-in did not do
   * @throws ForgottenClientError if a person would only read there that the client is unknown
   */
  async redirectToAuthorization(authorizationUrl: URL): Promise<void> {
    if (this.#isClientOld) {
      this.#isClientOld = false
      if (await isRefused(authorizationUrl)) throw new ForgottenClientError()
    }
    const scopes = authorizationUrl.searchParams.get('scope') ?? ''
    const demand = Object.entries(this.#options.takeDemand())
    for (const [name, value] of demand) authorizationUrl.searchParams.set(name, value)
    const asked = [scopes, ...demand.flat()].join(' ')
    if (this.#asked.has(asked)) {
      if (demand.length > 0) {
        throw new CliError(
          'fault',
          'the new sign-in is not what this call needs',
          'Ask the operator whether the authorization server puts auth_time and acr into its access tokens.',
        )
      }
      throw new CliError(
        'fault',
        `the sign-in did not give the scopes that this call needs: ${scopes}`,
        'Run the command again and leave them ticked, or ask for an account that has them.',
      )
    }
    this.#asked.add(asked)
    this.#options.show(authorizationUrl)
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier
  }

  codeVerifier(): string {
    return this.#verifier
  }

  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#discovery = discovery
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery
  }

  async invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): Promise<void> {
    const { client, redirectPort, tokens, ...rest } = this.#signIn
    const keepsClient = scope !== 'all' && scope !== 'client' && client !== undefined && redirectPort !== undefined
    const keepsTokens = scope !== 'all' && scope !== 'tokens' && tokens !== undefined
    if (scope === 'all' || scope === 'discovery') this.#discovery = undefined
    await this.#keep({ ...rest, ...(keepsClient && { client, redirectPort }), ...(keepsTokens && { tokens }) })
  }

  async #keep(signIn: SignIn): Promise<void> {
    this.#signIn = signIn
    await this.#options.store.save(signIn)
  }
}

/** Whether a request is refused outright: one with a client that is known goes on to a page or a redirect. */
async function isRefused(authorizationUrl: URL): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(probeMilliseconds)
    const response = await fetch(authorizationUrl, { redirect: 'manual', signal })
    await response.body?.cancel()
    return response.status === 400 || response.status === 401
  } catch {
    // Whoever opens the page sees what is wrong with it.
    return false
  }
}

function ofIssuer<T extends { issuer?: string | undefined }>(
  kept: T | undefined,
  context?: OAuthClientInformationContext,
): T | undefined {
  const foreign = context !== undefined && kept?.issuer !== undefined && kept.issuer !== context.issuer
  return foreign ? undefined : kept
}
