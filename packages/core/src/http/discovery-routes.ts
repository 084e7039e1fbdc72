import { Router } from '@koa/router'
import type { Room } from './host-state.ts'

/** The documents that clients find without a token. */
export interface DiscoveryOptions {
  /** RFC 9728 document of this resource, as it is now. */
  readonly resourceMetadata: () => object
  /** Where it stands: with the resource's path and without. */
  readonly resourceMetadataPaths: readonly string[]
  /**
   * A copy of an external issuer's RFC 8414 document for clients of revision 2025-03-26, if the operator asked for it.
   * With the embedded server its own document stands there.
   */
  readonly legacyMetadata: (() => object | undefined) | undefined
}

const legacyPath = '/.well-known/oauth-authorization-server'

/** Room 3: `GET /.well-known/...` to a document, open to every origin and without credentials. It ends here, no token. */
export function discoveryRoutes(options: DiscoveryOptions): { readonly room: Room; knows(path: string): boolean } {
  const documents = new Map<string, () => object | undefined>(
    options.resourceMetadataPaths.map((path) => [path, options.resourceMetadata]),
  )
  if (options.legacyMetadata !== undefined) documents.set(legacyPath, options.legacyMetadata)
  const router = new Router({ sensitive: true, strict: true })
  for (const [path, read] of documents) {
    router.all(path, (context) => {
      context.set('Access-Control-Allow-Origin', '*')
      if (context.method === 'OPTIONS') {
        context.set('Access-Control-Allow-Methods', 'GET, HEAD')
        context.set('Access-Control-Allow-Headers', 'MCP-Protocol-Version')
        context.status = 204
      } else if (context.method === 'GET' || context.method === 'HEAD') {
        const document = read()
        if (document === undefined) return
        context.set('Cache-Control', 'public, max-age=300')
        context.body = document
      } else {
        context.set('Allow', 'GET, HEAD, OPTIONS')
        context.status = 405
      }
    })
  }
  const routes = router.routes() as unknown as (...parameters: Parameters<Room>) => Promise<unknown>
  return {
    // The router would match a path that is none of its own by way of a regular expression each.
    room: (context, next): Promise<unknown> => (documents.has(context.path) ? routes(context, next) : next()),
    knows: (path) => documents.has(path) || path.startsWith('/.well-known/'),
  }
}
