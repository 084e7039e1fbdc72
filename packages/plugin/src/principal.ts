/** The verified caller of a tool: what the access token says, without the token itself. */
export interface Principal {
  /** `iss` of the token: the authorization server that vouches for the subject. */
  readonly issuer: string
  /** `sub` of the token: unique within the issuer alone, so key what you store by issuer and subject. */
  readonly subject: string
  /** The OAuth client that holds the token (RFC 9068 section 2.2), if the token names it. */
  readonly clientId: string | undefined
  /** The scopes that stand in the token, in its order, without duplicates. */
  readonly scopes: readonly string[]
  /**
   * Further scopes that rules of the operator (`grants` in mcp.config.ts) gave to this caller, without those of the token. Left
   * out where there are none. The host has judged the call by both.
   */
  readonly granted?: readonly string[]
  /** The claims that the operator chose to pass on (`claims` of the issuer in mcp.config.ts). */
  readonly claims: Readonly<Record<string, unknown>>
}
