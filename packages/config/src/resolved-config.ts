import type { DpopMode, DpopSettings, IssuerSettings } from '@toolgate/auth'
import type { GrantRule, ProposedRequirements, ThingOverride, ToolOverride, Visibility } from '@toolgate/policy'
import type { BoundsSettings } from './bounds.ts'
import type { SecretValues, secretValues } from './secret-values.ts'

/** The embedded authorization server; its issuer is the origin of `resource`. */
export interface AuthoritySettings {
  /** Seconds that an access token is good for. */
  readonly accessTokenSeconds: number
  readonly dpop: DpopMode
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
  /** Processes that `serve` runs on the one port. */
  readonly workers: number
  readonly name: string
  readonly title: string
  readonly version: string
  readonly instructions: string | undefined
  /** External issuers; empty if there is an `authority`. */
  readonly authorizationServers: readonly IssuerSettings[]
  readonly authority: AuthoritySettings | undefined
  /** How proofs are judged. */
  readonly dpop: DpopSettings
  readonly allowedOrigins: readonly string[]
  readonly allowedHosts: readonly string[]
  readonly scopes: Readonly<Record<string, ScopeSettings>>
  /** Rules that turn claims into scopes; each about one issuer. */
  readonly grants: readonly GrantRule[]
  /** Chosen from the read-only tools if undefined. */
  readonly initialScopes: readonly string[] | undefined
  readonly visibility: Visibility
  readonly limits: BoundsSettings & {
    readonly bodyBytes: number
    readonly resultBytes: number
    readonly callMs: number
    readonly authorizeMs: number
    readonly concurrentCalls: number
  }
  /** `folder` is absolute. */
  readonly plugins: {
    readonly folder: string
    readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  /** `serve` and `check` refuse what the lock file does not pin. */
  readonly locked: boolean
  readonly tools: Readonly<Record<string, ToolOverride>>
  /** By URI. */
  readonly resources: Readonly<Record<string, ThingOverride>>
  /** By URI template. */
  readonly resourceTemplates: Readonly<Record<string, ThingOverride>>
  /** By name. */
  readonly prompts: Readonly<Record<string, ThingOverride>>
  /** Whether clients that can be asked something get a session. */
  readonly sessions: 'auto' | 'off'
  /** Whether the catalogue has `toolgate_access`. */
  readonly accessTool: boolean
  /** Proposed requirements, never enforced. */
  readonly shadow: ProposedRequirements
  /** `file` is absolute. */
  readonly audit: {
    readonly file: string
    readonly durability: 'process' | 'disk'
    readonly rotate?: { readonly bytes?: number; readonly daily?: true; readonly keep?: number }
  }
  /** What a local client holds, who it is, and where that is recorded; `audit` is absolute. */
  readonly stdio: { readonly scopes: readonly string[]; readonly name: string; readonly audit: string }
  readonly tokenCache: { readonly maxEntries: number; readonly maxAgeSeconds: number }
  /** Absolute path of the state folder. */
  readonly dataFolder: string
  readonly legacyMetadataCopy: boolean
  readonly [secretValues]?: SecretValues
}
