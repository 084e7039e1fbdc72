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
    | 'tools'
    | 'tokenCache'
    | 'legacyMetadataCopy'
  > & {
    readonly authority?: ResolvedConfig['authority']
    readonly authorizationServers?: readonly { readonly issuer: string }[]
    readonly scopes: Readonly<
      Record<
        string,
        { readonly description?: string; readonly implies: readonly string[]; readonly requestable: boolean }
      >
    >
    readonly audit: { readonly durability: 'process' | 'disk' }
  }
