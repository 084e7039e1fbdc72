import type { Conversation } from './asking.ts'
import type { FreshnessRequirement } from './freshness-requirement.ts'
import type { AuthorizeContext } from './tool.ts'
import type { ScopeRequirement } from './scope-requirement.ts'

/** For whom a resource is and when it last changed (MCP specification, server/resources, Annotations). */
export interface Annotations {
  readonly audience?: readonly ('user' | 'assistant')[]
  /** 0 to 1. */
  readonly priority?: number
  /** RFC 3339. */
  readonly lastModified?: string
}

/** What the `authorize` of a thing knows of its request: principal, signal, logger, request id; no token. */
export type ThingContext = AuthorizeContext

/** What a reader and a prompt know of their request, and what they may ask its client. */
export interface AskingContext extends ThingContext, Conversation {}

/** What a completion or a list knows of its request. It demands no scopes: it is only ever run for callers who may use the thing. */
export type CompletionContext = Omit<AuthorizeContext, 'requireScopes'>

/** Gives values that begin with what was typed so far, the best first. At most 100 of them reach the caller. */
export type Complete = (value: string, context: CompletionContext) => readonly string[] | Promise<readonly string[]>

/** What resources, resource templates and prompts have in common: the rule, by the same words as a tool's. */
export interface ThingRule {
  readonly title?: string
  readonly description?: string
  readonly scopes: ScopeRequirement
  /** How recent or how strong the sign-in must be, beside the scopes. */
  readonly requires?: FreshnessRequirement
  /** Milliseconds that one request may take; the host's `limits.callMs` by default. */
  readonly timeoutMs?: number
  /** Every scope that `requireScopes` may name; `[]` if `authorize` only refuses. Needed beside `authorize`. */
  readonly mayRequire?: readonly string[]
}
