import type { InputRequest, JSONRPCMessage } from '@modelcontextprotocol/server'
import { ToolError } from '@toolgate/plugin'
import type { Caller } from '../mcp/caller.ts'
import { BasicSession, type BasicBounds } from '../sessions/basic-session.ts'
import type { ClientFacts, ClientSession } from '../sessions/client-session.ts'
import type { Told } from '../subscriptions/listener.ts'
import type { LineWriter } from './line-writer.ts'

/** What a session over stdio is made of. */
export interface StdioSessionOptions {
  readonly facts: ClientFacts
  readonly caller: Caller
  readonly writer: LineWriter
  readonly bounds: BasicBounds
}

/**
 * The session of a client of a revision before 2026-07-28 over stdio, which is the connection itself: from `initialize` to the end of
 * the input.
 */
export class StdioSession extends BasicSession implements ClientSession {
  readonly caller: Caller
  readonly #writer: LineWriter
  /** What is still to be told to a client that does not read, each once. */
  readonly #untold = new Map<string, Told>()

  constructor({ facts, caller, writer, bounds }: StdioSessionOptions) {
    super(facts, bounds)
    this.caller = caller
    this.#writer = writer
  }

  tell(told: Told): void {
    if (!this.wantsList()) return
    const drained = this.#writer.drained()
    if (drained === undefined) {
      this.#write({ jsonrpc: '2.0', ...told })
      return
    }
    // Said once, it says everything: what changed is what the client reads next.
    const first = this.#untold.size === 0
    this.#untold.set(`${told.method} ${String(told.params?.['uri'])}`, told)
    if (first) void drained.then(this.#tellUntold)
  }

  /** Asks the client. One that does not read what it was sent before is not asked. */
  async request(_push: unknown, question: InputRequest, signal: AbortSignal): Promise<unknown> {
    if (this.#writer.full) throw new ToolError('The client does not read what it is sent.')
    return this.questions.ask(this.#write, question, signal)
  }

  /** The client says nothing more: nothing is asked or told any more. */
  override end(): void {
    super.end()
    this.#untold.clear()
  }

  readonly #write = (message: JSONRPCMessage): void => {
    this.#writer.write(JSON.stringify(message))
  }

  readonly #tellUntold = (): void => {
    const untold = [...this.#untold.values()]
    this.#untold.clear()
    for (const told of untold) this.tell(told)
  }
}
