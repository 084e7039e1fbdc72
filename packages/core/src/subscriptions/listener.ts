import type { JSONRPCNotification } from '@modelcontextprotocol/server'
import type { Caller } from '../mcp/caller.ts'
import type { CallIdentity } from '../mcp/judged-call.ts'

/** A list that may change, by the kind of what stands in it. */
export type ListKind = 'tools' | 'resources' | 'prompts'

/** What is told, without what a stream of the stateless revision adds. */
export type Told = Omit<JSONRPCNotification, 'jsonrpc'> & {
  /** Tells it anew, as it is then: what is too large to be kept for a client that does not read. */
  readonly again?: () => void
}

/** Somebody who waits for news: a stream of `subscriptions/listen`, or a session of an older revision. */
export interface Listener {
  /** Who listens, as was verified last; undefined where nobody has been yet. */
  readonly caller: Caller | undefined
  /** Names it in the log of a plugin that is asked whether it may be told. */
  readonly identity: CallIdentity
  wantsList(kind: ListKind): boolean
  wantsUpdateOf(uri: string): boolean
  tell(told: Told): void
}
