import { challengeSchemes, type ChallengeSchemes } from '@toolgate/auth'
import type { ResolvedConfig } from '@toolgate/config'

/** The schemes by which a host of this configuration takes tokens, external issuers' or its own. */
export function schemesOf({ authority, authorizationServers, dpop }: ResolvedConfig): ChallengeSchemes {
  return challengeSchemes(authority === undefined ? authorizationServers : [authority], dpop)
}
