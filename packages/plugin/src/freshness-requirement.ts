/**
 * How the person behind a token must have signed in (RFC 9470): at least one of the two. It is looked at after the scopes,
 * on the call alone: a tool whose sign-in has to be renewed is listed like any other.
 */
export interface FreshnessRequirement {
  /** Accepted values of the claim `acr`, each a level that the authorization server defines; compared exactly. */
  readonly acr?: readonly string[]
  /** Seconds since the sign-in (`auth_time`) that a call may come after. */
  readonly maxAgeSeconds?: number
}
