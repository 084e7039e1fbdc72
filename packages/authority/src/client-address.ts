import type { IncomingMessage } from 'node:http'

/** The peer of the connection. Behind a proxy that is the proxy: its own headers are never believed here. */
export function peerAddressOf(req: IncomingMessage): string {
  return req.socket.remoteAddress ?? 'unknown'
}
