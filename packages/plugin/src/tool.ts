import type { FromSchema, JSONSchema } from 'json-schema-to-ts'
import type { Conversation } from './asking.ts'
import type { FreshnessRequirement } from './freshness-requirement.ts'
import type { JsonSchema, JsonValue } from './json.ts'
import type { Logger } from './logger.ts'
import type { Principal } from './principal.ts'
import type { ConditionalScopes, ScopeRequirement } from './scope-requirement.ts'

/** What clients may assume of a tool (MCP specification, server/tools, ToolAnnotations). Hints: never a permission. */
export interface ToolAnnotations {
  readonly title?: string
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

/** One item of a result's content (MCP specification, server/tools, ContentBlock). */
export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly data: string; readonly mimeType: string }
  | { readonly type: 'audio'; readonly data: string; readonly mimeType: string }
  | {
      readonly type: 'resource_link'
      readonly uri: string
      readonly name: string
      readonly description?: string
      readonly mimeType?: string
    }
  | {
      readonly type: 'resource'
      readonly resource:
        | { readonly uri: string; readonly mimeType?: string; readonly text: string }
        | { readonly uri: string; readonly mimeType?: string; readonly blob: string }
    }

/** A result in the protocol's own form, for tools that answer more than text or one JSON value. */
export interface ToolResult {
  readonly content: readonly ContentBlock[]
  readonly structuredContent?: { readonly [key: string]: JsonValue }
  readonly isError?: boolean
}

/** What `authorize` and a handler know of their call. It holds no token: a tool that calls another service uses its own credentials. */
export interface AuthorizeContext {
  readonly principal: Principal
  /** Aborts when the client goes away, the deadline passes or the host stops. Hand it to whatever waits. */
  readonly signal: AbortSignal
  readonly logger: Logger
  /** Identifies the call in the log, the audit and in error answers. */
  readonly requestId: string
  /**
   * Demands scopes for this call, of those in `mayRequire`. Returns if the caller holds all of them and throws otherwise, so
   * that your code stops; the call is refused either way, whatever becomes of what was thrown. In `authorize` the caller gets a
   * 403 that a client steps up on; in a handler the call has begun, and ends as a result with `isError: true`.
   */
  readonly requireScopes: (...scopes: readonly string[]) => void
}

/** What a handler knows of its call. */
export interface ToolContext extends AuthorizeContext, Conversation {
  /** Tells the client how far the call is. Does nothing if the client asked for no progress; of a task it is the status message. */
  readonly progress: (progress: number, total?: number, message?: string) => void
  /** What `prepare` of the tool returned. It has passed no check but its own. */
  readonly prepared?: unknown
}

/**
 * A tool: plain metadata and a handler.
 *
 * The handler returns a string (text content), a JSON object (structured content), any other JSON value (its text) or a
 * {@link ToolResult}. It throws {@link ToolError} for a failure that the model may read; anything else that is thrown
 * reaches the caller as a bland message with a correlation id, and the operator's log in full.
 */
export interface Tool<Arguments = never> {
  /** Matches `^[A-Za-z0-9_.-]{1,128}$`; by convention `plugin_verb`. Unique in the host, case aside. */
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly scopes: ScopeRequirement
  readonly when?: readonly ConditionalScopes[]
  /** How recent or how strong the sign-in must be, beside the scopes. */
  readonly requires?: FreshnessRequirement
  /** Of type `object`. Without one the tool takes no arguments. */
  readonly inputSchema?: JsonSchema
  /** Of type `object`. What the handler returns is checked against it. */
  readonly outputSchema?: JsonSchema
  readonly annotations?: ToolAnnotations
  /** Milliseconds that one call may take; the host's `limits.callMs` by default. */
  readonly timeoutMs?: number
  /**
   * A second look, after the caller's scopes allowed the call and before it runs: ask your own data, and call
   * `context.requireScopes` if this very call needs more. It can only ask for more; whatever it throws refuses the call (the words
   * of a {@link ToolError} reach the caller), and so does a returned value. The arguments are those of the handler.
   */
  authorize?(args: Arguments, context: AuthorizeContext): void | Promise<void>
  /** Every scope that `requireScopes` may name in this tool; `[]` if `authorize` only refuses. Needed beside `authorize`. */
  readonly mayRequire?: readonly string[]
  /** Pages that `elicit` may send people to, whole: https, or http on loopback, and without anything of a person in them. */
  readonly elicitUrls?: readonly string[]
  /**
   * Work that may take longer than a client waits (MCP extension `io.modelcontextprotocol/tasks`). A client that knows tasks gets
   * one at once and comes back for the result; for any other client the call of an `optional` tool is a call like any other, and that
   * of a `required` one is refused. Left out, the tool is never a task.
   */
  readonly task?: 'optional' | 'required'
  /**
   * Runs before the handler and, of a task, within the call and before there is a task: what it asks is asked by the call. What it
   * returns is `context.prepared`. For tools with `task` alone.
   */
  prepare?(args: Arguments, context: ToolContext): unknown
  handler(args: Arguments, context: ToolContext): HandlerResult | Promise<HandlerResult>
}

/** What a handler may return. */
export type HandlerResult = JsonValue | ToolResult | object

/** The arguments that a JSON Schema admits, as a type. */
export type ArgumentsOf<Schema> = Schema extends JSONSchema ? FromSchema<Schema> : Record<string, never>
