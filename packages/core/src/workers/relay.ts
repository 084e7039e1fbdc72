import { request as httpRequest, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { inviteBody } from '../http/invite-body.ts'
import { peerHeader } from '../http/peer-address.ts'
import { sessionOwner, socketOf } from './session-owner.ts'

/** Whose sessions are served here, and where those of others are. */
export interface RelayOptions {
  readonly worker: number
  readonly folder: string
}

/** What belongs to one connection, or is said by the relay alone. */
const notRelayed = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', peerHeader])

/**
 * Puts a request of a session before the worker that has it: whole and unread, so that token, proof and everything else are judged once,
 * there. A session whose worker is gone is answered here, where it is as unknown as one that never was.
 */
export function relaySessions({ worker, folder }: RelayOptions, here: RequestListener): RequestListener {
  return (request, response) => {
    const owner = sessionOwner(request)
    if (owner === undefined || owner === worker) {
      here(request, response)
      return
    }
    const socket = connect(socketOf(folder, owner))
    const unreachable = () => {
      if (!response.destroyed) here(request, response)
    }
    socket.once('error', unreachable)
    socket.once('connect', () => {
      socket.off('error', unreachable)
      forward(request, response, socket)
    })
  }
}

function forward(request: IncomingMessage, response: ServerResponse, socket: Socket): void {
  if (response.destroyed) {
    socket.destroy()
    return
  }
  const peer = request.socket.remoteAddress ?? 'unknown'
  const outgoing = httpRequest({
    createConnection: () => socket,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: [peerHeader, peer, ...relayed(request.rawHeaders)],
  })
  outgoing.once('response', (incoming) => {
    const headers = relayed(incoming.rawHeaders)
    // Bytes that nobody will read must not be taken for the next request.
    if (!request.complete) headers.push('Connection', 'close')
    response.writeHead(incoming.statusCode ?? 502, headers)
    // A stream may have nothing to say for long.
    response.flushHeaders()
    pipeline(incoming, response, () => undefined)
  })
  outgoing.once('continue', () => {
    inviteBody(request, response)
  })
  outgoing.on('error', () => {
    // The worker ended in the middle: so does the connection, as it would have there.
    if (!response.headersSent) response.destroy()
  })
  response.once('close', () => {
    outgoing.destroy()
  })
  request.pipe(outgoing)
}

/** Name, value, name, value, and each as often as it came: whoever judges must see what was sent. */
function relayed(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = '', value = ''] = raw.slice(index, index + 2)
    if (!notRelayed.has(name.toLowerCase())) kept.push(name, value)
  }
  return kept
}
