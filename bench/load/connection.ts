import { connect, type Socket } from 'node:net'

/** An HTTP answer, its body without chunks. */
export interface HttpAnswer {
  readonly status: number
  readonly body: Buffer
}

function dechunk(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = []
  for (let start = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', start)
    if (lineEnd === -1) return undefined
    const size = Number.parseInt(bytes.toString('latin1', start, lineEnd), 16)
    const end = lineEnd + 2 + size
    if (bytes.length < end + 2) return undefined
    if (size === 0) return Buffer.concat(parts)
    parts.push(bytes.subarray(lineEnd + 2, end))
    start = end + 2
  }
}

function parseAnswer(bytes: Buffer): HttpAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = bytes.toString('latin1', 0, headEnd + 2).toLowerCase()
  const status = Number(head.slice(9, 12))
  const rest = bytes.subarray(headEnd + 4)
  if (head.includes('\r\ntransfer-encoding: chunked\r\n')) {
    const body = dechunk(rest)
    return body && { status, body }
  }
  const length = Number(/\r\ncontent-length: (\d+)\r\n/.exec(head)?.[1] ?? 0)
  return rest.length < length ? undefined : { status, body: rest }
}

/**
 * One keep-alive connection with one request under way at a time. It does as little as can be done, so that the load
 * costs less than the servers that it measures.
 */
export class Connection {
  readonly #socket: Socket
  #received: Buffer[] = []
  #waiting: PromiseWithResolvers<HttpAnswer> | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')))
  }

  /** Connects to a port of 127.0.0.1. */
  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1')
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new Connection(socket)
  }

  /** Sends the bytes of one request and waits for its answer. */
  ask(request: Buffer): Promise<HttpAnswer> {
    this.#waiting = Promise.withResolvers()
    this.#socket.write(request)
    return this.#waiting.promise
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk)
    const answer = parseAnswer(this.#received.length === 1 ? chunk : Buffer.concat(this.#received))
    if (answer === undefined) return
    this.#received = []
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(answer)
  }
}
