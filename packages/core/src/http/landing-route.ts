import type { Room } from './host-state.ts'

/** `GET /`: a page for a person who opens the address. Rendered once, since it is the same for everybody. */
export function landingRoute(html: string): Room {
  return async (context, next) => {
    if (context.path !== '/' || (context.method !== 'GET' && context.method !== 'HEAD')) {
      await next()
      return
    }
    context.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    context.set('Referrer-Policy', 'no-referrer')
    context.type = 'html'
    context.body = html
  }
}
