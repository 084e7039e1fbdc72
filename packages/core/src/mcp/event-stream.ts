import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { PassThrough, type Readable } from 'node:stream'

const keepAliveMs = 15_000
/** Bytes that may wait for a slow reader before progress is left out. */
const mostWaiting = 1_048_576

/** An answer as a stream of events (MCP specification, basic/transports, Streamable HTTP), kept alive by comments. */
export class EventStream {
  readonly #stream = new PassThrough()
  readonly #keepAlive = setInterval(() => this.#stream.write(': keepalive\n\n'), keepAliveMs).unref()

  get readable(): Readable {
    return this.#stream
  }

  /** Sends a message on the way to the answer; it is left out while a slow reader has too much before it. */
  write(message: JSONRPCMessage): void {
    if (this.#stream.writableLength < mostWaiting) this.#stream.write(frame(JSON.stringify(message)))
  }

  /** Ends the stream, with the answer as JSON if there is one. */
  end(answer?: string): void {
    clearInterval(this.#keepAlive)
    this.#stream.end(answer === undefined ? undefined : frame(answer))
  }
}

function frame(json: string): string {
  return `event: message\ndata: ${json}\n\n`
}
