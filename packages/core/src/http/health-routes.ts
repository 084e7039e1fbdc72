import type { Room } from './host-state.ts'

/** `/healthz`: the process answers. `/readyz`: it can serve calls. A status word, no names, no `Host` check. */
export function healthRoutes({ ready }: { readonly ready: () => boolean }): Room {
  return (context, next) => {
    const known = context.path === '/healthz' || context.path === '/readyz'
    if (!known || (context.method !== 'GET' && context.method !== 'HEAD')) {
      return next()
    }
    const well = context.path === '/healthz' || ready()
    context.status = well ? 200 : 503
    context.type = 'text/plain'
    context.body = well ? 'ok' : 'not ready'
    return undefined
  }
}
