import type { Context, Middleware } from 'koa'
import type { Caller } from '../mcp/caller.ts'

/** What travels with a request through the rooms. */
export interface HostState {
  /** Names the request in the log, the audit and the answer to a denial. */
  requestId: string
  /** Set by `authenticate`; rooms behind it read it by `callerOf`. */
  caller?: Caller
}

/** A room of the host. */
export type Room = Middleware<HostState>

/**
 * The verified caller.
 *
 * @throws TypeError in a chain where `authenticate` does not come first
 */
export function callerOf({ state }: Context & { state: HostState }): Caller {
  if (state.caller === undefined) throw new TypeError('this room must come after authenticate')
  return state.caller
}
