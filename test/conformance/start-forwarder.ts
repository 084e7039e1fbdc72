import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { AuthorizationInserter, FramingError } from './authorization-inserter.ts'

/** A proxy on loopback that gives every request a token. */
export interface Forwarder {
  readonly port: number
  /** Says what is added, and before whom; until then connections are refused. */
  forward(target: { readonly port: number; readonly authorization: string }): void
  /** Why the proxy itself cut connections. */
  readonly faults: readonly string[]
  close(): Promise<void>
}

/** Starts one on a port of its own, so that the host can be told its address before it runs. */
export async function startForwarder(): Promise<Forwarder> {
  const sockets = new Set<Socket>()
  const faults: string[] = []
  let target: Parameters<Forwarder['forward']>[0] | undefined
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
  }
  // Either side may end before the other, as it may without a proxy.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (target === undefined) {
      client.destroy()
      return
    }
    const host = connect({ port: target.port, host: '127.0.0.1', allowHalfOpen: true })
    keep(client)
    keep(host)
    const inserter = new AuthorizationInserter(target.authorization)
    // That a connection is reset is the business of those who hold it.
    inserter.on('error', (error) => {
      if (error instanceof FramingError) faults.push(error.message)
    })
    const cut = (error: unknown) => {
      if (error === null || error === undefined) return
      client.destroy()
      host.destroy()
    }
    pipeline(client, inserter, host, cut)
    pipeline(host, client, cut)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    forward: (next) => (target = next),
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        for (const socket of sockets) socket.destroy()
      }),
  }
}
