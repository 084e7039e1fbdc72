import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

const HOSTED_ELSEWHERE = /^(?:host|:authority|:scheme|forwarded|x-forwarded-.*|x-real-ip|x-original-.*|x-rewrite-.*)$/

/** The path and query of a request target, whether it came as a path or as an absolute URL (RFC 9112 section 3.2). */
export function targetOf(req: IncomingMessage): { readonly path: string; readonly search: string } {
  const target = req.url ?? '/'
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*(.*)$/i.exec(target)?.[1] ?? target
  const start = absolute.indexOf('?')
  if (start === -1) return { path: absolute, search: '' }
  return { path: absolute.slice(0, start), search: absolute.slice(start) }
}

function headersFor(req: IncomingMessage, issuer: URL, body: Buffer | undefined): IncomingHttpHeaders {
  const kept = Object.entries(req.headers).filter(([name]) => !HOSTED_ELSEWHERE.test(name))
  const headers: IncomingHttpHeaders = { ...Object.fromEntries(kept), host: issuer.host }
  if (body !== undefined) {
    delete headers['transfer-encoding']
    headers['content-length'] = String(body.length)
  }
  return headers
}

/** `target` with some members replaced; everything else, methods too, is the target's own. */
function overlay<T extends object>(target: T, replaced: Readonly<Record<PropertyKey, unknown>>): T {
  return new Proxy(target, {
    get(_target, key) {
      if (Object.hasOwn(replaced, key)) return replaced[key]
      const value: unknown = Reflect.get(target, key, target)
      // The methods of streams and sockets work on internal state, which the proxy does not have.
      return typeof value === 'function' && key !== 'constructor' ? (value.bind(target) as unknown) : value
    },
    set: (_target, key, value) => Reflect.set(target, key, value, target),
  })
}

/**
 * The request as the provider may see it. The provider derives its endpoint URLs, form targets and the `secure` flag of
 * cookies from the request; here scheme and authority are the issuer's, whatever `Host`, `X-Forwarded-*`, `Forwarded` or
 * an absolute request target say.
 *
 * @param body replaces the body, for one that was read and changed
 * @param changeSearch changes the query
 */
export function issuerRequest(
  req: IncomingMessage,
  issuer: URL,
  body?: Buffer,
  changeSearch = (search: string) => search,
): IncomingMessage {
  const { path, search } = targetOf(req)
  const stream = body === undefined ? undefined : Readable.from([body], { objectMode: false })
  return overlay(req, {
    url: path + changeSearch(search),
    headers: headersFor(req, issuer, body),
    rawHeaders: [],
    socket: overlay(req.socket, { encrypted: issuer.protocol === 'https:' }),
    // What other frameworks leave on a request changes the provider's idea of where it is mounted.
    originalUrl: undefined,
    baseUrl: undefined,
    body: undefined,
    ...(stream === undefined ? {} : { readable: true, readableEncoding: null, iterator: stream.iterator.bind(stream) }),
  })
}
