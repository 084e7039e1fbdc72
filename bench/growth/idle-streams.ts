import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { requestBytes } from '../load/requests.ts'
import type { Caller } from '../messages.ts'

const LISTEN = { notifications: { toolsListChanged: true } }
const ACKNOWLEDGED =
  '"method":"notifications/subscriptions/acknowledged","params":{"notifications":{"toolsListChanged":true}'
/** How many are opened at the same time. */
const AT_ONCE = 20

/** Streams that wait for news, each on a connection of its own. */
export interface IdleStreams {
  /** Opens one more for each caller, and waits until each is acknowledged. */
  open(callers: readonly Caller[]): Promise<void>
  /**
   * Makes sure that all are still open.
   *
   * @throws Error if the server ended one
   */
  requireOpen(): void
  close(): void
}

/** Makes {@link IdleStreams} of a server on a port of 127.0.0.1. */
export function createIdleStreams(port: number): IdleStreams {
  const sockets: Socket[] = []
  const openOne = async (caller: Caller): Promise<void> => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    const job = { port, family: '2026-07-28', method: 'subscriptions/listen' } as const
    socket.write(requestBytes(job, caller.token, { id: sockets.length, params: LISTEN }))
    await acknowledged(socket)
  }
  return {
    async open(callers) {
      for (let first = 0; first < callers.length; first += AT_ONCE) {
        await Promise.all(callers.slice(first, first + AT_ONCE).map(openOne))
      }
    },
    requireOpen() {
      const ended = sockets.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length
      if (ended > 0) throw new Error(`${String(ended)} of ${String(sockets.length)} streams were ended by the server`)
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Waits for the first event, which says that a subscription stands. */
function acknowledged(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    const fault = (): void => {
      reject(new Error(`a stream was not acknowledged: ${text.slice(0, 500)}`))
    }
    socket.once('close', fault)
    socket.once('error', fault)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes(ACKNOWLEDGED)) {
        socket.off('close', fault)
        socket.removeAllListeners('data')
        socket.resume()
        resolve()
      } else if (!text.startsWith('HTTP/1.1 200 ')) fault()
    })
  })
}
