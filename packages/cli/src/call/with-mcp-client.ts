import {
  Client,
  INVALID_PARAMS,
  InsufficientScopeError,
  ProtocolError,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type AuthProvider,
} from '@modelcontextprotocol/client'
import { CliError } from '../errors.ts'
import { version } from '../version.ts'
import { createAddressRecorder } from './address-recorder.ts'
import { createDenialRecorder, type DenialRecorder } from './denial-recorder.ts'
import { openLoopbackCallback } from './loopback-callback.ts'
import { ForgottenClientError, SignInProvider } from './sign-in-provider.ts'
import { openSignInStore } from './sign-in-store.ts'

/** How to reach a host and who to be there. */
export interface McpClientOptions {
  /** The MCP URL. */
  readonly url: string
  /** An access token to use instead of a sign-in. */
  readonly token: string | undefined
  readonly clientId: string | undefined
  readonly environment: NodeJS.ProcessEnv
  /** How long to wait for somebody to sign in. */
  readonly signInMilliseconds: number
  /** Shows the address of the sign-in page. */
  show(authorizationUrl: URL): void
}

/** The first sign-in, one step-up, and one more for a token that was revoked in between or a client that was forgotten. */
const mostSignIns = 3

/**
 * Connects as an MCP client, signs in when the host asks for it and steps up when it asks for more, then does the work
 * again.
 *
 * @throws CliError `fault` with the sentence of the host for a denial
 */
export async function withMcpClient<T>(options: McpClientOptions, work: (client: Client) => Promise<T>): Promise<T> {
  const denial = createDenialRecorder()
  const addresses = createAddressRecorder(denial.fetch)
  try {
    if (options.token !== undefined) {
      const { token } = options
      return await attempt(options, { token: () => Promise.resolve(token) }, addresses.fetch, work)
    }
    return await withSignIn(options, addresses.fetch, denial, work)
  } catch (error) {
    throw unanswered(error, options.url, addresses.addressOf(error)) ?? explained(error, options, denial.sentence())
  }
}

async function withSignIn<T>(
  options: McpClientOptions,
  fetcher: typeof fetch,
  { takeDemand }: Pick<DenialRecorder, 'takeDemand'>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const store = openSignInStore(options.url, options.environment)
  const signIn = await store.load()
  const callback = await openLoopbackCallback(signIn.redirectPort)
  const provider = new SignInProvider({
    store,
    signIn,
    redirectUrl: callback.url,
    redirectPort: callback.port,
    clientId: options.clientId,
    takeDemand,
    show: (address) => {
      options.show(address)
    },
  })
  const finish = async (transport: StreamableHTTPClientTransport) => {
    const answer = await callback.wait(provider.pendingState, options.signInMilliseconds)
    await transport.finishAuth(answer).catch((cause: unknown) => {
      if (!answer.has('error')) throw cause
      throw new CliError(
        'fault',
        `the sign-in was refused (${answer.get('error') ?? ''})`,
        'Run the command again to sign in.',
        { cause },
      )
    })
  }
  try {
    for (let signIns = 0; signIns < mostSignIns; signIns += 1) {
      try {
        return await attempt(options, provider, fetcher, work, finish)
      } catch (error) {
        if (error instanceof ForgottenClientError) await provider.invalidateCredentials('all')
        else if (!(error instanceof SignedInError)) throw error
      }
    }
    throw new CliError('fault', 'the host asks for a sign-in again and again', 'Look into its log.')
  } finally {
    callback.close()
  }
}

/** The work was interrupted by a sign-in, which is done: do it again. */
class SignedInError extends Error {
  override readonly name = 'SignedInError'
}

async function attempt<T>(
  { url }: McpClientOptions,
  authProvider: AuthProvider | SignInProvider,
  fetcher: typeof fetch,
  work: (client: Client) => Promise<T>,
  finish?: (transport: StreamableHTTPClientTransport) => Promise<void>,
): Promise<T> {
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider, fetch: fetcher })
  const client = new Client({ name: 'toolgate-cli', version }, { versionNegotiation: { mode: 'auto' } })
  try {
    await client.connect(transport)
    return await work(client)
  } catch (error) {
    if (finish === undefined || !UnauthorizedError.isInstance(error)) throw error
    await finish(transport)
    throw new SignedInError()
  } finally {
    await client.close()
  }
}

function explained(error: unknown, { url, token }: McpClientOptions, sentence: string | undefined): unknown {
  if (error instanceof CliError) {
    return sentence === undefined
      ? error
      : new CliError('fault', `${sentence} (${error.message})`, error.mend, { cause: error })
  }
  if (InsufficientScopeError.isInstance(error)) {
    const message = sentence ?? `the token lacks scopes; the call needs ${error.requiredScope ?? 'others'}`
    return new CliError('fault', message, '', { cause: error })
  }
  if (UnauthorizedError.isInstance(error) && token !== undefined && sentence === undefined) {
    return new CliError(
      'fault',
      `${url} does not accept this token`,
      'It may have expired, been revoked or be made for another host: make one with toolgate token.',
      { cause: error },
    )
  }
  if (ProtocolError.isInstance(error) && error.code === INVALID_PARAMS && /^Unknown tool\b/.test(error.message)) {
    return new CliError('fault', error.message, 'toolgate call --list shows the tools that this sign-in sees.', {
      cause: error,
    })
  }
  return sentence === undefined ? error : new CliError('fault', sentence, '', { cause: error })
}

/** What to say of a request that got no answer: the host's own, or one to the authorization server that it names. */
function unanswered(error: unknown, url: string, address: URL | undefined): CliError | undefined {
  if (address === undefined) return undefined
  let cause = error
  while (cause instanceof Error && cause.cause instanceof Error) ({ cause } = cause)
  if (address.origin !== new URL(url).origin) {
    const message = `no answer from ${address.origin}, where ${url} signs people in (${reasonOf(cause)})`
    return new CliError('fault', message, 'See whether that authorization server runs and can be reached.', {
      cause: error,
    })
  }
  if (isSilence(cause)) {
    const mend = 'Start the host with toolgate serve, or say where it is with --url.'
    return new CliError('fault', `nothing answers at ${url}`, mend, { cause: error })
  }
  return new CliError('fault', `no answer from ${url} (${reasonOf(cause)})`, '', { cause: error })
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code') ?? cause.name) : String(cause)
}

function isSilence(cause: unknown): boolean {
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'].includes(String(code))
}
