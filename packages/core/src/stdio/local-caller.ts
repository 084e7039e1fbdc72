import type { Caller } from '../mcp/caller.ts'
import { localIssuer } from '../mcp/local-issuer.ts'

/** Who the local client is, and what the operator lets it hold. */
export interface LocalClient {
  readonly name: string
  readonly scopes: readonly string[]
}

/**
 * The caller of a transport without a token. Scopes are the operator's word alone; nothing is known of a sign-in, so that no
 * demand for a fresh one is ever met, and no rule of `grants` applies, for there are no claims.
 */
export function localCaller({ name, scopes }: LocalClient): Caller {
  const held = Object.freeze([...new Set(scopes)])
  return Object.freeze<Caller>({
    principal: Object.freeze({
      issuer: localIssuer,
      subject: `stdio:${name}`,
      clientId: undefined,
      scopes: held,
      claims: Object.freeze({}),
    }),
    held: Object.freeze({ token: held, granted: [] }),
    tokenId: undefined,
    keyThumbprint: undefined,
  })
}
