import type { IssuerOptions } from '@toolgate/auth'
import type { GrantCondition, ToolOverride, Visibility } from '@toolgate/policy'
import type { EnvReference } from './env.ts'

/** What mcp.config.ts exports. Every key is described in `configSchema`. */
export type Config = ConfigOf<string | EnvReference>

/** A config whose texts stand in it, or may also be references to the environment. */
export interface ConfigOf<Text> {
  /** The URL that clients use, and the `aud` that a token must carry (RFC 8707 section 2); compared byte for byte. */
  readonly resource?: Text
  readonly listen?: { readonly host?: Text; readonly port?: number }
  readonly name?: string
  readonly title?: string
  readonly version?: string
  /** What a model is told of the whole host. */
  readonly instructions?: string
  /** External issuers of tokens. Give these or `authority`, not both. */
  readonly authorizationServers?: readonly IssuerConfig<Text>[]
  /** The embedded authorization server. */
  readonly authority?: { readonly accessTokenSeconds?: number }
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
    readonly concurrentCalls?: number
  }
  readonly plugins?: {
    readonly folder?: Text
    /** By plugin name; the plugin's own schema checks them. */
    readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  /** Overrides by tool name. */
  readonly tools?: Readonly<Record<string, ToolOverride>>
  readonly audit?: { readonly file?: Text; readonly durability?: 'process' | 'disk' }
  readonly tokenCache?: { readonly maxEntries?: number; readonly maxAgeSeconds?: number }
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
export type IssuerConfig<Text> = Omit<IssuerOptions, 'issuer' | 'audience' | 'jwksUri'> & {
  readonly issuer: Text
  readonly audience?: Text
  readonly jwksUri?: Text
}
