import type { KoaContextWithOIDC } from 'oidc-provider'

/** What stands around the provider's own routes. */
export type ProviderMiddleware = (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void>

const MAX_AGE_SECONDS = 300

/** What the provider announces and this authority does not do, or not so. */
const DROPPED = [
  'claims_parameter_supported',
  'claims_supported',
  'request_uri_parameter_supported',
  'claim_types_supported',
]

/**
 * The authorization server's metadata (RFC 8414) as it is: the initial tool scopes, since one widespread client asks for
 * what it finds here and not for the resource's; no refresh grant, though clients that list it are taken.
 */
export function createMetadataMiddleware(initialScopes: () => readonly string[]): ProviderMiddleware {
  return async (ctx, next) => {
    await next()
    if (!ctx.path.startsWith('/.well-known/') || typeof ctx.body !== 'object' || ctx.body === null) return
    const scopes = initialScopes()
    const { scopes_supported: _provider, ...document } = ctx.body as Record<string, unknown>
    for (const key of DROPPED) Reflect.deleteProperty(document, key)
    ctx.body = {
      ...document,
      grant_types_supported: ['authorization_code'],
      response_modes_supported: ['query'],
      ...(scopes.length === 0 ? {} : { scopes_supported: [...scopes] }),
    }
    ctx.set('cache-control', `public, max-age=${String(MAX_AGE_SECONDS)}`)
  }
}
