import type Koa from 'koa'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { HostError } from './errors.ts'
import type { HostState } from './http/host-state.ts'

const drainMs = 10_000

/** A listening server and its orderly end. */
export interface HttpServer {
  readonly port: number
  /** Stops accepting, lets requests finish for 10 s, then cuts what is left. */
  drain(): Promise<void>
}

/**
 * Listens with limits on what a slow or greedy client may hold: headers 10 s, a request 30 s, 100 header lines.
 *
 * @throws HostError `address-in-use` or `listen-failed`
 */
export async function listen(
  app: Koa<HostState>,
  address: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const handle = app.callback()
  const server = createServer(
    {
      // A token may have 16 KiB, and there are other headers.
      maxHeaderSize: 32_768,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 65_000,
    },
    (request, response) => void handle(request, response),
  )
  server.maxHeadersCount = 100
  server.maxConnections = 10_000
  await bind(server, address)
  const { port } = server.address() as AddressInfo
  return { port, drain: () => drain(server) }
}

function bind(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      const where = `${host}:${String(port)}`
      const message = taken ? `${where} is in use: set PORT to another port` : `cannot listen on ${where}`
      reject(new HostError(taken ? 'address-in-use' : 'listen-failed', message, [], { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  // A connection that falls idle after its last answer would otherwise be waited for.
  const sweep = setInterval(() => {
    server.closeIdleConnections()
  }, 50)
  const over = new AbortController()
  const late = delay(drainMs, undefined, { signal: over.signal }).then(
    () => {
      server.closeAllConnections()
    },
    () => undefined,
  )
  await closed
  clearInterval(sweep)
  over.abort()
  await late
}
