import type { IncomingMessage } from 'node:http'

/** What a worker tells another of the client whose request it relays. It counts on a private socket alone. */
export const peerHeader = 'toolgate-peer'

const relayed = new WeakMap<IncomingMessage, string>()

/** Notes whose request came by the private socket. To be called for what comes there, and nothing else. */
export function noteRelayedPeer(request: IncomingMessage): void {
  const peer = request.headers[peerHeader]
  if (typeof peer === 'string') relayed.set(request, peer)
}

/** The address of the client that a request comes from. */
export function peerAddress(request: IncomingMessage): string | undefined {
  return relayed.get(request) ?? request.socket.remoteAddress
}
