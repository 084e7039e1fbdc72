import { connect, type Socket } from 'node:net'

const patienceMs = 20_000

/** A connection that sends bytes and counts the answers that come back. */
export interface RawClient {
  /**
   * Sends bytes and waits for that many answers or the end of the connection, which is opened anew if need be.
   *
   * @returns the status of each answer
   */
  send(text: string, answers: number): Promise<readonly number[]>
  close(): void
}

/** Makes a client of one connection at a time. */
export function createRawClient(port: number): RawClient {
  let socket: Socket | undefined
  let received = ''
  let woken: () => void = () => undefined
  const open = (): Socket => {
    const fresh = connect(port, '127.0.0.1')
    fresh.setNoDelay(true)
    fresh.on('data', (chunk) => {
      received += chunk.toString('latin1')
      woken()
    })
    fresh.on('error', () => undefined)
    fresh.on('close', () => {
      if (socket === fresh) socket = undefined
      woken()
    })
    socket = fresh
    return fresh
  }
  return {
    async send(text, answers) {
      received = ''
      const used = socket ?? open()
      used.write(text, 'latin1')
      const late = performance.now() + patienceMs
      while (socket === used && statusesOf(received).length < answers && performance.now() < late) {
        await new Promise<void>((resolve) => {
          const patience = setTimeout(resolve, patienceMs)
          woken = () => {
            clearTimeout(patience)
            resolve()
          }
        })
      }
      if (performance.now() >= late) {
        throw new Error(`no answer within ${String(patienceMs)} ms to ${JSON.stringify(text.slice(0, 500))}`)
      }
      return statusesOf(received)
    },
    close() {
      socket?.resetAndDestroy()
      socket = undefined
    },
  }
}

function statusesOf(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)].map(([, status]) => Number(status))
}
