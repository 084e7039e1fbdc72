import type { FromSchema, JSONSchema } from 'json-schema-to-ts'
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

/** What a handler knows of its call. It holds no token: a tool that calls another service uses its own credentials. */
export interface ToolContext {
  readonly principal: Principal
  /** Aborts when the client goes away, the deadline passes or the host stops. Hand it to whatever waits. */
  readonly signal: AbortSignal
  readonly logger: Logger
  /** Identifies the call in the log, the audit and in error answers. */
  readonly requestId: string
  /** Tells the client how far the call is. Does nothing if the client asked for no progress. */
  readonly progress: (progress: number, total?: number, message?: string) => void
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
  /** Of type `object`. Without one the tool takes no arguments. */
  readonly inputSchema?: JsonSchema
  /** Of type `object`. What the handler returns is checked against it. */
  readonly outputSchema?: JsonSchema
  readonly annotations?: ToolAnnotations
  /** Milliseconds that one call may take; the host's `limits.callMs` by default. */
  readonly timeoutMs?: number
  handler(args: Arguments, context: ToolContext): HandlerResult | Promise<HandlerResult>
}

/** What a handler may return. */
export type HandlerResult = JsonValue | ToolResult | object

/** The arguments that a JSON Schema admits, as a type. */
export type ArgumentsOf<Schema> = Schema extends JSONSchema ? FromSchema<Schema> : Record<string, never>
