import type { Room } from './host-state.ts'

/** `GET /`: a page for a person who opens the address. Rendered once, since it is the same for everybody. */
export function landingRoute(html: string): Room {
  return (context, next) => {
    if (context.path !== '/' || (context.method !== 'GET' && context.method !== 'HEAD')) {
      return next()
    }
    context.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    context.set('Referrer-Policy', 'no-referrer')
    context.type = 'html'
    context.body = html
    return undefined
  }
}
