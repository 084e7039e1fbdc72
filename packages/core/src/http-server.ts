import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { HostError } from './errors.ts'
import { endingResponse, type Ending } from './http/ending-response.ts'
import { keepUnsent } from './http/keep-unsent.ts'
import { noteRelayedPeer } from './http/peer-address.ts'

const drainMs = 10_000

const limits: ServerOptions = {
  // A token may have 16 KiB, and there are other headers.
  maxHeaderSize: 32_768,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
}

/** The orderly end of a server: stops accepting, lets requests finish for 10 s, then cuts what is left. */
export interface Drained {
  drain(): Promise<void>
}

/** A listening server. */
export interface HttpServer extends Drained {
  readonly port: number
}

/**
 * Listens with limits on what a slow or greedy client may hold: headers 10 s, a request 30 s, 100 header lines.
 *
 * @throws HostError `address-in-use` or `listen-failed`
 */
export async function listen(
  serve: RequestListener,
  address: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const { server, state } = createDrained(limits, serve)
  server.maxHeadersCount = 100
  server.maxConnections = 10_000
  await bind(server, address)
  const { port } = server.address() as AddressInfo
  return { port, drain: () => drain(server, state) }
}

/**
 * Listens on a private socket, for requests that another process took and relays.
 *
 * @param path in a folder that this user alone may enter
 */
export async function listenPrivately(serve: RequestListener, path: string): Promise<Drained> {
  // Beside what the client sent there is who it is, and all of it was counted where it arrived.
  const { server, state } = createDrained({ ...limits, maxHeaderSize: 65_536 }, (request, response) => {
    noteRelayedPeer(request)
    serve(request, response)
  })
  server.maxHeadersCount = 200
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Exclusive, or every process of the host would listen there.
    server.listen({ path, exclusive: true }, resolve)
  })
  return { drain: () => drain(server, state) }
}

function createDrained(
  options: ServerOptions,
  serve: RequestListener,
): { readonly server: Server; readonly state: Ending } {
  const state: Ending = { ending: false }
  const server = createServer({ ...options, ServerResponse: endingResponse(state) }, serve)
  keepUnsent(server)
  // Who takes a body asks for it.
  server.on('checkContinue', serve)
  return { server, state }
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

async function drain(server: Server, state: Ending): Promise<void> {
  state.ending = true
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
