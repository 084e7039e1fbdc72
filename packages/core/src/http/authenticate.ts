import { AuthError, readCredentials } from '@toolgate/auth'
import type { Credentials, CredentialScheme, ProofVerifier, TokenVerifier, VerifiedToken } from '@toolgate/auth'
import { authenticationRefusal, type ChallengeFacts } from './authentication-refusal.ts'
import { dropCredentials } from './drop-credentials.ts'
import { headerLines } from './header-lines.ts'
import type { Room } from './host-state.ts'
import { peerAddress } from './peer-address.ts'
import { verifiedCaller, type VerifiedCallerOptions } from './verified-caller.ts'

/** Who verifies what a caller sends, and what a 401 tells a client. */
export interface AuthenticateOptions extends ChallengeFacts, VerifiedCallerOptions {
  readonly verifier: TokenVerifier
  /** Asked at every request, after the token was verified. */
  readonly proofs: ProofVerifier
}

type RoomContext = Parameters<Room>[0]

const noQuery = new URLSearchParams()

/**
 * Room 4: token, and the proof of its key if it is bound to one, to verified principal, or 401 with a challenge, before a byte of
 * the body is read. The raw token and the proof stop here (RFC 6750 sections 2.1 and 3, RFC 9728 section 5.1, RFC 9449 section 7).
 */
export function authenticate(options: AuthenticateOptions): Room {
  const takesProofs = options.schemes.some(({ name }) => name === 'DPoP')
  const prove = (
    context: RoomContext,
    credentials: Credentials,
    verified: VerifiedToken,
  ): undefined | Promise<void> => {
    const admit = (nonce: string | undefined) => {
      if (nonce !== undefined) context.set('DPoP-Nonce', nonce)
      context.state.caller = verifiedCaller(verified, options)
    }
    const proving = options.proofs.verify(credentials, verified, context.method)
    if (proving !== undefined) return proving.then(admit)
    admit(undefined)
    return undefined
  }
  return (context, next) => {
    let used: CredentialScheme | undefined
    const refuse = (error: unknown): never => {
      throw error instanceof AuthError ? authenticationRefusal(error, options, used) : error
    }
    let proving: undefined | Promise<void>
    try {
      const authorization = headerLines(context.req, 'authorization')
      const dpop = takesProofs ? headerLines(context.req, 'dpop') : undefined
      dropCredentials(context.req)
      const query = context.querystring === '' ? noQuery : new URLSearchParams(context.querystring)
      const credentials = readCredentials({ authorization, query, dpop })
      used = credentials.scheme
      const verifying = options.verifier.verify(credentials.token, { address: peerAddress(context.req) })
      proving =
        verifying instanceof Promise
          ? verifying.then((verified) => prove(context, credentials, verified))
          : prove(context, credentials, verifying)
    } catch (error) {
      return refuse(error)
    }
    // A token that is known already, and needs no proof, is waited for by nobody.
    return proving === undefined ? next() : proving.then(() => next(), refuse)
  }
}
