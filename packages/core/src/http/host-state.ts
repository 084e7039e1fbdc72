import type { Principal } from '@toolgate/plugin'
import type { HeldScopes } from '@toolgate/policy'
import type { Context, Middleware } from 'koa'

/** What travels with a request through the rooms. */
export interface HostState {
  /** Names the request in the log, the audit and the answer to a denial. */
  requestId: string
  /** Set by `authenticate`; rooms behind it read it by `principalOf`. */
  principal?: Principal
  /** What the policy judges by: the scopes of the token, and those that rules gave. */
  held?: HeldScopes
  /** `jti` of the token, for the audit. */
  tokenId?: string | undefined
}

/** A room of the host. */
export type Room = Middleware<HostState>

/**
 * The verified caller.
 *
 * @throws TypeError in a chain where `authenticate` does not come first
 */
export function principalOf(context: Context & { state: HostState }): Principal {
  if (context.state.principal === undefined) throw new TypeError('this room must come after authenticate')
  return context.state.principal
}

/**
 * The scopes of the verified caller, by where they come from.
 *
 * @throws TypeError in a chain where `authenticate` does not come first
 */
export function heldOf(context: Context & { state: HostState }): HeldScopes {
  if (context.state.held === undefined) throw new TypeError('this room must come after authenticate')
  return context.state.held
}
