import type { ConfigOf } from './config.ts'
import type { ResolvedConfig } from './resolved-config.ts'

/** A checked config with the defaults that the schema names. */
export type CompleteConfig = ConfigOf<string> &
  Pick<
    ResolvedConfig,
    | 'listen'
    | 'name'
    | 'title'
    | 'allowedOrigins'
    | 'allowedHosts'
    | 'visibility'
    | 'limits'
    | 'plugins'
    | 'locked'
    | 'tools'
    | 'resources'
    | 'resourceTemplates'
    | 'prompts'
    | 'sessions'
    | 'accessTool'
    | 'shadow'
    | 'tokenCache'
    | 'legacyMetadataCopy'
  > & {
    readonly workers: number | 'auto'
    readonly authority?: ResolvedConfig['authority']
    readonly dpop?: ResolvedConfig['dpop']
    readonly authorizationServers?: readonly { readonly issuer: string }[]
    readonly scopes: Readonly<
      Record<
        string,
        { readonly description?: string; readonly implies: readonly string[]; readonly requestable: boolean }
      >
    >
    readonly audit: Omit<ResolvedConfig['audit'], 'file'>
    readonly stdio: Omit<ResolvedConfig['stdio'], 'audit'>
  }
