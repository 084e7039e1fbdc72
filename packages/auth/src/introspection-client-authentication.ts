import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { readClientKey } from './client-key.ts'
import type { IntrospectionSettings } from './introspection-settings.ts'

/** What a request carries to show who sends it. Secret: never logged. */
export interface ClientCredentials {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Makes the credentials of one request.
 *
 * @param now seconds since the epoch
 */
export type ClientAuthentication = (now: number) => Promise<ClientCredentials>

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ASSERTION_SECONDS = 60

/**
 * How this host authenticates at the introspection endpoint: id and secret, each form-encoded, in a Basic header or as they
 * are in the body; or an assertion of 60 seconds, used once, whose sole audience is the issuer identifier (an endpoint as the audience
 * lets one server use it at another) and whose type is `client-authentication+jwt`.
 *
 * RFC 6749 section 2.3.1 and appendix B, RFC 7523 section 3 with the update of draft-ietf-oauth-rfc7523bis section 4.
 *
 * @throws {TypeError} for a key that cannot be used
 */
export function createClientAuthentication(settings: IntrospectionSettings, issuer: string): ClientAuthentication {
  const { clientId } = settings
  if (settings.method === 'private_key_jwt') return createAssertions(settings, issuer)
  const { method, clientSecret } = settings
  const credentials: ClientCredentials =
    method === 'client_secret_post'
      ? { headers: {}, parameters: { client_id: clientId, client_secret: clientSecret } }
      : { headers: { authorization: basic(clientId, clientSecret) }, parameters: {} }
  return () => Promise.resolve(credentials)
}

function createAssertions(
  settings: IntrospectionSettings & { readonly method: 'private_key_jwt' },
  issuer: string,
): ClientAuthentication {
  const { clientId } = settings
  const { key, algorithm, keyId } = readClientKey(settings)
  const header = { alg: algorithm, typ: 'client-authentication+jwt', ...(keyId !== undefined && { kid: keyId }) }
  return async (now) => {
    const issuedAt = Math.floor(now)
    const assertion = await new SignJWT({ iss: clientId, sub: clientId, aud: issuer, jti: randomUUID() })
      .setProtectedHeader(header)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ASSERTION_SECONDS)
      .sign(key)
    return {
      headers: {},
      parameters: { client_id: clientId, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion },
    }
  }
}

function basic(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')}`
}

function formEncoded(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1)
}
