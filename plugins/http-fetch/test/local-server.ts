import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on loopback, and what it was asked. */
export interface LocalServer {
  readonly port: number
  readonly requests: IncomingMessage[]
  close(): Promise<void>
}

/** Starts a server that answers each path with its listener; an unknown path is a 404. */
export async function startLocalServer(pages: Readonly<Record<string, RequestListener>>): Promise<LocalServer> {
  const requests: IncomingMessage[] = []
  const server = createServer((req, res) => {
    requests.push(req)
    const page = pages[req.url ?? '']
    if (page) page(req, res)
    else res.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
