import type { ProviderMiddleware } from './metadata.ts'
import { providerPaths } from './provider.ts'
import { renderFault } from './provider-events.ts'

/**
 * Refuses every `response_mode` but `query` on a page of ours: the provider's own form for `form_post` needs a script, and
 * it would send even its refusal that way.
 */
export function createResponseModeMiddleware(hostName: string): ProviderMiddleware {
  return async (ctx, next) => {
    const mode = ctx.query['response_mode']
    if (ctx.path.toLowerCase() !== providerPaths.authorization || mode === undefined || mode === 'query') return next()
    ctx.status = 400
    renderFault(ctx, hostName, 'unsupported_response_mode', 'response_mode must be query')
  }
}
