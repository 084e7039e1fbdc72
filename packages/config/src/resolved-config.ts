import type { IssuerSettings } from '@toolgate/auth'
import type { GrantRule, ToolOverride, Visibility } from '@toolgate/policy'
import type { SecretValues, secretValues } from './secret-values.ts'

/** The embedded authorization server; its issuer is the origin of `resource`. */
export interface AuthoritySettings {
  /** Seconds that an access token is good for. */
  readonly accessTokenSeconds: number
}

/** What a scope means, for consent pages, and which scopes it stands for. */
export interface ScopeSettings {
  readonly description: string | undefined
  readonly implies: readonly string[]
  /** A sign-in gives it too, whatever rules of `grants` say. */
  readonly requestable: boolean
}

/** A config that was checked, with every default in its place. Frozen whole. */
export interface ResolvedConfig {
  /** Absolute path of the file it came from. */
  readonly file: string | undefined
  readonly resource: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly name: string
  readonly title: string
  readonly version: string
  readonly instructions: string | undefined
  /** External issuers; empty if there is an `authority`. */
  readonly authorizationServers: readonly IssuerSettings[]
  readonly authority: AuthoritySettings | undefined
  readonly allowedOrigins: readonly string[]
  readonly allowedHosts: readonly string[]
  readonly scopes: Readonly<Record<string, ScopeSettings>>
  /** Rules that turn claims into scopes; each about one issuer. */
  readonly grants: readonly GrantRule[]
  /** Chosen from the read-only tools if undefined. */
  readonly initialScopes: readonly string[] | undefined
  readonly visibility: Visibility
  readonly limits: {
    readonly bodyBytes: number
    readonly resultBytes: number
    readonly callMs: number
    readonly concurrentCalls: number
  }
  /** `folder` is absolute. */
  readonly plugins: {
    readonly folder: string
    readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  readonly tools: Readonly<Record<string, ToolOverride>>
  /** `file` is absolute. */
  readonly audit: { readonly file: string; readonly durability: 'process' | 'disk' }
  readonly tokenCache: { readonly maxEntries: number; readonly maxAgeSeconds: number }
  /** Absolute path of the state folder. */
  readonly dataFolder: string
  readonly legacyMetadataCopy: boolean
  readonly [secretValues]?: SecretValues
}
