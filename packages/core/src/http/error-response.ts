import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Logger } from 'pino'
import { refusalPage } from '../pages/refusal-page.ts'
import { toRefusal } from '../to-refusal.ts'
import type { Room } from './host-state.ts'
import { newRequestId } from './request-id.ts'

/** Characters of a path in the log: a stranger chooses it. */
const longestPath = 256

/**
 * Room 1, outermost: the only place where an error becomes bytes. A `Refusal` is written as it says; anything else
 * is an `Internal error` with a correlation id whose detail goes to the log. A browser gets the same status and headers
 * with a page.
 */
export function errorResponse({ logger }: { readonly logger: Logger }): Room {
  return async (context, next) => {
    context.state.requestId = newRequestId()
    context.set('Cache-Control', 'no-store')
    context.set('X-Content-Type-Options', 'nosniff')
    try {
      await next()
    } catch (error) {
      const refusal = toRefusal(error, context.state.requestId, logger)
      context.status = refusal.status
      for (const [name, value] of Object.entries(refusal.headers)) {
        context.set(name, typeof value === 'string' ? value : [...value])
      }
      const browser = context.method === 'GET' && context.get('accept').includes('text/html')
      if (browser) {
        context.type = 'html'
        context.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
        context.body = refusalPage(refusal)
      } else context.body = refusal.body
      logger.info(
        {
          requestId: context.state.requestId,
          status: refusal.status,
          path: context.path.slice(0, longestPath),
          detail: refusal.detail,
        },
        'refused',
      )
    }
    // Bytes that nobody will read must not be taken for the next request. Those that came with the head are read in this turn.
    if (!context.req.complete && !context.headerSent) await nextTurn()
    if (!context.req.complete) context.set('Connection', 'close')
  }
}
