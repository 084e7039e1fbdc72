import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose'
import type { PartySettings } from '../../messages.ts'

/** The verifier that each peer's guide tells to write, by the same library. */
export function createTokenCheck(settings: PartySettings): (token: string) => Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(settings.jwksUri))
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer: settings.issuer,
      audience: settings.resource,
      algorithms: ['ES256'],
      typ: 'at+jwt',
    })
    return payload
  }
}

/** Scopes of a verified token. */
export function scopesIn(payload: JWTPayload): string[] {
  return String(payload['scope']).split(' ')
}
