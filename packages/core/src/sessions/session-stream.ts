import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { PassThrough, type Readable } from 'node:stream'
import type { EventLog } from './event-log.ts'

const keepAliveMs = 15_000
/** Bytes that may wait for a slow reader: beyond them it is cut off, and may come back for what it missed. */
const mostWaiting = 1_048_576

/** What a stream of a session is made with. */
export interface SessionStreamOptions {
  /** Unique in the session. */
  readonly name: string
  readonly log: EventLog
  /** Whether an event with an id and no data comes first, which clients before 2025-11-25 take for a broken message. */
  readonly primed: boolean
  /** Milliseconds after which a client that was cut off is asked to come back. */
  readonly retryMs: number
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/**
 * A stream of events that outlives its connections: what is sent while nobody listens is kept for who comes back with the id of the
 * last event (MCP specification 2025-11-25, basic/transports, sending messages to the server).
 */
export class SessionStream {
  readonly name: string
  readonly #options: SessionStreamOptions
  #sequence = 0
  #connection: PassThrough | undefined
  /** The last connection, which may still hold what its reader has not taken. */
  #latest: PassThrough | undefined
  #keepAlive: NodeJS.Timeout | undefined
  #ended: number | undefined

  constructor(options: SessionStreamOptions) {
    this.name = options.name
    this.#options = options
  }

  /** When its last message was sent, in milliseconds since the epoch; undefined while it goes on. */
  get endedAt(): number | undefined {
    return this.#ended
  }

  /** Whether somebody listens. */
  get connected(): boolean {
    return this.#connection !== undefined
  }

  /** The first connection. */
  get readable(): Readable {
    const connection = this.#connect()
    if (this.#options.primed) this.#send('')
    // The head of an answer leaves with its first bytes, and a client waits for it.
    else connection.write(': open\n\n')
    return connection
  }

  /** Sends a message, or keeps it. */
  write(message: JSONRPCMessage): void {
    if (this.#ended === undefined) this.#send(JSON.stringify(message))
  }

  /** Sends the last message, if there is one, and ends. */
  end(answer?: string): void {
    if (this.#ended !== undefined) return
    if (answer !== undefined) this.#send(answer)
    this.#ended = this.#options.clock()
    this.#disconnect()
  }

  /** Ends the connection and not the stream, if the client knows that it may come back for the answer. */
  letGo(retryMs?: number): void {
    if (this.#options.primed) this.disconnect(retryMs)
  }

  /** Ends the connection and not the stream. */
  disconnect(retryMs: number = this.#options.retryMs): void {
    if (this.#ended === undefined) this.#connection?.write(`retry: ${String(Math.round(retryMs))}\n\n`)
    this.#disconnect()
  }

  /**
   * A further connection, in place of the one before, from an event on.
   *
   * @returns undefined if what was missed is kept no more
   */
  resume(sequence: number): Readable | undefined {
    if (sequence > this.#sequence) return undefined
    const missed = this.#options.log.after(this.name, sequence, this.#sequence)
    if (missed === undefined) return undefined
    this.#disconnect()
    // Whoever comes back reads on here alone: each connection that is left unread would hold all that was missed.
    this.#latest?.destroy()
    const connection = this.#connect()
    for (const { text } of missed) connection.write(text)
    if (this.#ended !== undefined) this.#disconnect()
    return connection
  }

  #send(data: string): void {
    this.#sequence++
    const id = `${this.name}.${String(this.#sequence)}`
    const text = data === '' ? `id: ${id}\ndata: \n\n` : `id: ${id}\nevent: message\ndata: ${data}\n\n`
    this.#options.log.append({ stream: this.name, sequence: this.#sequence, text })
    const connection = this.#connection
    if (connection === undefined) return
    if (connection.writableLength > mostWaiting) this.#disconnect()
    else connection.write(text)
  }

  #connect(): PassThrough {
    const connection = new PassThrough()
    this.#connection = connection
    this.#latest = connection
    this.#keepAlive = setInterval(() => connection.write(': keepalive\n\n'), keepAliveMs).unref()
    connection.once('close', () => {
      if (this.#connection === connection) this.#disconnect()
      if (this.#latest === connection) this.#latest = undefined
    })
    return connection
  }

  #disconnect(): void {
    clearInterval(this.#keepAlive)
    const connection = this.#connection
    this.#connection = undefined
    if (connection?.writable === true) connection.end()
  }
}
