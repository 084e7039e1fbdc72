import type { BoundsSettings } from './bounds.ts'
import type { DpopMode, IntrospectionOptions, IssuerOptions } from '@toolgate/auth'
import type { GrantCondition, ProposedRequirements, ThingOverride, ToolOverride, Visibility } from '@toolgate/policy'
import type { EnvReference } from './env.ts'

/** What mcp.config.ts exports. Every key is described in `configSchema`. */
export type Config = ConfigOf<string | EnvReference>

/** A config whose texts stand in it, or may also be references to the environment. */
export interface ConfigOf<Text> {
  /** The URL that clients use, and the `aud` that a token must carry (RFC 8707 section 2); compared byte for byte. */
  readonly resource?: Text
  readonly listen?: { readonly host?: Text; readonly port?: number }
  /** Processes that `serve` runs on the one port; as many as the machine runs at once with `auto`. */
  readonly workers?: number | 'auto'
  readonly name?: string
  readonly title?: string
  readonly version?: string
  /** What a model is told of the whole host. */
  readonly instructions?: string
  /** External issuers of tokens. Give these or `authority`, not both. */
  readonly authorizationServers?: readonly IssuerConfig<Text>[]
  /** The embedded authorization server. */
  readonly authority?: { readonly accessTokenSeconds?: number; readonly dpop?: DpopMode }
  /** How proofs of possession are judged, where an authorization server's `dpop` is not `off`. */
  readonly dpop?: {
    readonly algorithms?: readonly string[]
    readonly proofAgeSeconds?: number
    readonly nonce?: boolean
  }
  /** Origins of web pages that may call, beside the resource's own. */
  readonly allowedOrigins?: readonly Text[]
  /** Values of `Host` that are accepted, beside the resource's own. */
  readonly allowedHosts?: readonly Text[]
  readonly scopes?: Readonly<
    Record<
      string,
      { readonly description?: string; readonly implies?: readonly string[]; readonly requestable?: boolean }
    >
  >
  /** Rules that turn roles and groups into scopes. */
  readonly grants?: readonly GrantConfig[]
  /** What the first 401 asks for. */
  readonly initialScopes?: readonly string[]
  /** Who is shown a tool that they may not call, where its override says nothing. */
  readonly visibility?: Visibility
  readonly limits?: {
    readonly bodyBytes?: number
    readonly resultBytes?: number
    readonly callMs?: number
    readonly authorizeMs?: number
    readonly concurrentCalls?: number
    readonly sessions?: Partial<BoundsSettings['sessions']>
    readonly subscriptions?: Partial<BoundsSettings['subscriptions']>
    readonly tasks?: Partial<BoundsSettings['tasks']>
  }
  readonly plugins?: {
    readonly folder?: Text
    /** By plugin name; the plugin's own schema checks them. */
    readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  /** Whether a start and `check` refuse what the lock file does not pin. */
  readonly locked?: boolean
  /** Overrides by tool name. */
  readonly tools?: Readonly<Record<string, ToolOverride>>
  /** Overrides by URI. */
  readonly resources?: Readonly<Record<string, Omit<ThingOverride, 'when'>>>
  /** Overrides by URI template. */
  readonly resourceTemplates?: Readonly<Record<string, ThingOverride>>
  /** Overrides by name of the prompt. */
  readonly prompts?: Readonly<Record<string, ThingOverride>>
  /** Proposed requirements: evaluated and written to the audit, never enforced. */
  readonly shadow?: Partial<ProposedRequirements>
  readonly audit?: {
    readonly file?: Text
    readonly durability?: 'process' | 'disk'
    /** When a new file begins: by size, by day in UTC, or both. `keep` removes the oldest. */
    readonly rotate?: { readonly bytes?: number; readonly daily?: true; readonly keep?: number }
  }
  /** What `toolgate stdio` serves a local client with, who brings no token. */
  readonly stdio?: { readonly scopes?: readonly string[]; readonly name?: string; readonly audit?: Text }
  readonly tokenCache?: { readonly maxEntries?: number; readonly maxAgeSeconds?: number }
  /** Whether clients of revisions before 2026-07-28 that can be asked something get a session. */
  readonly sessions?: 'auto' | 'off'
  /** Adds `toolgate_access`, a tool that tells callers what they have and could get. */
  readonly accessTool?: boolean
  /** Serves a copy of the one issuer's metadata to clients of 2025-03-26. */
  readonly legacyMetadataCopy?: boolean
}

/** One rule that turns claims into scopes: a condition, or several that must all hold. */
export type GrantConfig = (GrantCondition | { readonly all: readonly GrantCondition[] }) & {
  /** The issuer whose tokens it is about; needed where there are several. */
  readonly issuer?: string
  readonly scopes: readonly string[]
}

/** One external authorization server: its issuer, and whatever differs from the defaults. */
export type IssuerConfig<Text> = Omit<IssuerOptions, 'issuer' | 'audience' | 'jwksUri' | 'introspection'> & {
  readonly issuer: Text
  readonly audience?: Text
  readonly jwksUri?: Text
  readonly introspection?: IntrospectionConfig<Text>
}

/** How the one issuer that introspects is asked; secret and key come from the environment. */
export type IntrospectionConfig<Text> = Omit<
  IntrospectionOptions,
  'clientId' | 'clientSecret' | 'privateKey' | 'keyId' | 'endpoint'
> & {
  readonly clientId: Text
  readonly clientSecret?: Text
  readonly privateKey?: Text
  readonly keyId?: Text
  readonly endpoint?: Text
}
