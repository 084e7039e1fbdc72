import type { ServerResponse } from 'node:http'
import { eventStreamHeaders } from '../mcp/write-stream.ts'

/** How a subscription of revision 2026-07-28 reaches its client, by one transport. */
export interface ListenWay {
  /**
   * Sends a message.
   *
   * @param taken told once the system has it
   * @returns its characters
   */
  send(message: object, taken: () => void): number
  /** Sends the last message. */
  finish(message: object): void
  /**
   * Gives a sign of life where the transport has them.
   *
   * @returns whether the ones before were read
   */
  keepAlive(): boolean
  /** Ends without another word. */
  cut(): void
}

/** By a stream of events, written to the response itself (MCP specification 2026-07-28, basic/transports, Streamable HTTP). */
export class EventWay implements ListenWay {
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    this.#response = response
  }

  send(message: object, taken: () => void): number {
    if (!this.#response.headersSent) this.#response.writeHead(200, eventStreamHeaders)
    const text = frame(message)
    this.#response.write(text, taken)
    return text.length
  }

  finish(message: object): void {
    this.#response.end(frame(message))
  }

  keepAlive(): boolean {
    if (this.#response.writableLength > 0) return false
    this.#response.write(': keepalive\n\n')
    return true
  }

  cut(): void {
    this.#response.destroy()
  }
}

function frame(message: object): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`
}
