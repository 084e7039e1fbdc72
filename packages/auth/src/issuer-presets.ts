import { freezeDeep } from './freeze-deep.ts'

/** Kinds of authorization servers whose access tokens are known. */
export type IssuerPreset = 'scalekit' | 'keycloak' | 'entra' | 'okta' | 'auth0'

/** How the access tokens of an issuer look: never who issues them, for whom they are, or which claims tools see. */
export interface TokenShape {
  /** Signature algorithms that are accepted, asymmetric ones alone (RFC 8725 section 3.1). */
  readonly algorithms: readonly string[]
  /** Accepted values of `typ`; `application/` in front and case do not matter (RFC 7515 section 4.1.9). */
  readonly tokenTypes: readonly string[]
  /**
   * Lets a token without any `typ` pass, beside those of `tokenTypes`. A type is what tells an access token from the issuer's other
   * tokens (RFC 8725 section 3.11): without it only the audience keeps an ID token out, so no client may have the audience as its id.
   */
  readonly dangerouslyAllowMissingTokenType: boolean
  /** The claim that holds the scopes. */
  readonly scopeClaim: string
  /** `string`: one string, space-delimited (RFC 6749 section 3.3); `array`: an array of scope tokens. */
  readonly scopeFormat: 'string' | 'array'
  /** The claim that names the client. */
  readonly clientIdClaim: string
}

/**
 * The settings that stand under an operator's own, by kind of authorization server; sources are in
 * docs/authorization-servers. Scopes come from one claim in one form, never from a union: what an issuer sends as roles,
 * groups or permissions beside it gives no scope.
 */
export const issuerPresets: Readonly<Record<IssuerPreset, TokenShape>> = freezeDeep({
  scalekit: {
    algorithms: ['RS256'],
    tokenTypes: ['JWT'],
    dangerouslyAllowMissingTokenType: false,
    scopeClaim: 'scopes',
    scopeFormat: 'array',
    clientIdClaim: 'client_id',
  },
  keycloak: {
    algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    tokenTypes: ['JWT', 'at+jwt'],
    dangerouslyAllowMissingTokenType: false,
    scopeClaim: 'scope',
    scopeFormat: 'string',
    clientIdClaim: 'azp',
  },
  entra: {
    algorithms: ['RS256'],
    tokenTypes: ['JWT'],
    dangerouslyAllowMissingTokenType: false,
    scopeClaim: 'scp',
    scopeFormat: 'string',
    clientIdClaim: 'azp',
  },
  okta: {
    algorithms: ['RS256'],
    tokenTypes: ['at+jwt'],
    dangerouslyAllowMissingTokenType: true,
    scopeClaim: 'scp',
    scopeFormat: 'array',
    clientIdClaim: 'cid',
  },
  auth0: {
    algorithms: ['RS256'],
    tokenTypes: ['at+jwt'],
    dangerouslyAllowMissingTokenType: false,
    scopeClaim: 'scope',
    scopeFormat: 'string',
    clientIdClaim: 'client_id',
  },
})
