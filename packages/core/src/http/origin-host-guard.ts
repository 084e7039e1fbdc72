import { Refusal } from '../errors.ts'
import { headerLines } from './header-lines.ts'
import type { Room } from './host-state.ts'

/** What a request may be addressed to and come from. */
export interface GuardOptions {
  /** The resource that clients are told to use. */
  readonly resource: string
  /** Authorities beyond the resource's own, `host[:port]`. */
  readonly allowedHosts: readonly string[]
  /** Origins beyond the resource's own, `scheme://host[:port]`. */
  readonly allowedOrigins: readonly string[]
  /** Names of headers that pages may read beside those of the protocol. */
  readonly exposedHeaders: readonly string[]
  /** Paths whose own handler judges the `Origin`: documents for everybody, and the authorization server. */
  judgesOriginItself(path: string): boolean
}

/**
 * Room 2: raw headers to pass or 403. `Host` and `Origin` are compared whole with what is configured; nothing is derived
 * from them. Answers to an allowed origin expose the headers that a browser client needs, and never allow credentials.
 */
export function originHostGuard(options: GuardOptions): Room {
  const resource = new URL(options.resource)
  const hosts = new Set([resource.host, ...options.allowedHosts].map((host) => host.toLowerCase()))
  const origins = new Set([resource.origin, ...options.allowedOrigins])
  const exposed = ['WWW-Authenticate', 'Retry-After', 'Mcp-Session-Id', ...options.exposedHeaders].join(', ')
  const forbidden = (what: string, message: string) => refusal(what, message, resource.origin)
  return (context, next) => {
    const sentHosts = headerLines(context.req, 'host')
    const [host] = sentHosts
    if (sentHosts.length !== 1 || host === undefined || !hosts.has(host.toLowerCase())) {
      throw forbidden('host', `this host is not served under that name: use ${options.resource}`)
    }
    // A target in absolute form would name a second authority.
    if (!(context.req.url ?? '').startsWith('/')) throw forbidden('absolute request target', `use ${options.resource}`)
    if (!options.judgesOriginItself(context.path)) {
      const sentOrigins = headerLines(context.req, 'origin')
      const [origin] = sentOrigins
      if (sentOrigins.length > 1 || (origin !== undefined && !origins.has(origin))) {
        throw forbidden('origin', 'this origin may not call the host: add it to allowedOrigins')
      }
      if (origin !== undefined) exposeTo(origin, exposed, context)
    }
    return next()
  }
}

function exposeTo(
  origin: string,
  headers: string,
  context: { set(field: string, value: string): void; vary(field: string): void },
): void {
  context.set('Access-Control-Allow-Origin', origin)
  context.set('Access-Control-Expose-Headers', headers)
  context.vary('Origin')
}

function refusal(what: string, message: string, origin: string): Refusal {
  return new Refusal({
    status: 403,
    body: { error: 'forbidden', error_description: message },
    detail: `refused by its ${what}`,
    sentence: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    link: origin,
  })
}
