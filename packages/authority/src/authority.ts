import type { IncomingMessage, ServerResponse } from 'node:http'

import type { DpopMode, DpopSettings, LocalIssuer } from '@toolgate/auth'
import type { Logger } from '@toolgate/plugin'

import type { AuthorityEvent } from './authority-event.ts'
import type { ScopeDescription } from './consent-offer.ts'
import type { UserStore } from './user-store.ts'

/** Whether tokens are bound to a key of the client (RFC 9449), and how its proofs are judged at the token endpoint. */
export interface AuthorityDpop extends Pick<DpopSettings, 'algorithms' | 'nonce'> {
  /** `off`: none is bound; `allowed`: those are whose client sends a proof; `required`: no token without a proof. */
  readonly mode: DpopMode
}

/** What an authority is opened with. */
export interface AuthorityOptions {
  /** The resource identifier, the one audience of all tokens; its origin is the issuer. */
  readonly resource: string
  /** Where `authority.db` and `authority-keys.json` are kept. */
  readonly dataFolder: string
  /** Every scope of a tool, as of now. */
  readonly scopes: () => readonly ScopeDescription[]
  /** What is announced, and asked for when a client names no scope. */
  readonly initialScopes: () => readonly string[]
  readonly accessTokenSeconds: number
  /** Off unless given. */
  readonly dpop?: AuthorityDpop
  /** What the pages call this host. */
  readonly hostName: string
  readonly logger: Logger
  /**
   * Takes the events for the audit log, those of other processes too. When it throws, what caused the event fails. Left
   * out (a command beside a running host), events wait in the database for the process that audits.
   */
  readonly onEvent?: (event: AuthorityEvent) => void
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
  /** Where a request comes from, for limits and the log. The peer of the connection unless a proxy is trusted. */
  readonly addressOf?: (req: IncomingMessage) => string
  /** Fetches client id metadata documents; the guarded one unless a test says otherwise. */
  readonly fetch?: typeof fetch
}

/** The embedded authorization server, open. */
export interface Authority {
  /** The origin of the resource. */
  readonly issuer: string
  /** How the host verifies this authority's tokens, without a fetch. */
  localIssuer(): LocalIssuer
  /** Whether a path (without query) is the authority's. */
  handles(path: string): boolean
  /** Answers a request whose path is the authority's. It never rejects. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<void>
  readonly users: UserStore
  /**
   * Makes an access token for a script.
   *
   * @throws {AuthorityError} `user_unknown`, `scopes_invalid` (no tool has it), `scopes_not_allowed`, `lifetime_invalid`,
   *   `key_required` where every token has to be bound to a key: a script's is not
   */
  makeToken(token: {
    readonly user: string
    readonly scopes: readonly string[]
    readonly ttlSeconds: number
  }): Promise<string>
  /** Ends the background work and closes the database. */
  close(): Promise<void>
}
