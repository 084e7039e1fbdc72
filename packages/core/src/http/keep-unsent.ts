import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Keeps a server from closing connections as idle on which the rest of an answer waits for a slow client: Node takes an answer for
 * given once all of it was written, wherever it lies. Once it has left, the connection is as idle as any.
 */
export function keepUnsent(server: Server): void {
  const open = new Set<Socket>()
  const forget = function (this: Socket): void {
    open.delete(this)
  }
  server.on('connection', (socket) => {
    open.add(socket.once('close', forget))
  })
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => {
    const sending = [...open].filter((socket) => socket.writableLength > 0)
    // What it takes for idle it destroys, without asking.
    for (const socket of sending) socket.destroy = () => socket
    closeIdle()
    for (const socket of sending) Reflect.deleteProperty(socket, 'destroy')
  }
}
