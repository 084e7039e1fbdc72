import { SERVER_INFO_META_KEY, SUBSCRIPTION_ID_META_KEY, type RequestId } from '@modelcontextprotocol/server'
import type { ServerInfo } from '../mcp/answer-json.ts'
import type { Caller } from '../mcp/caller.ts'
import type { CallIdentity } from '../mcp/judged-call.ts'
import type { ListenFilter } from './listen-filter.ts'
import type { ListenWay } from './listen-way.ts'
import type { Listener, ListKind, Told } from './listener.ts'

/** Characters that may wait for a slow reader; what is told beyond them waits as its name, once. */
const mostWaiting = 4_096
/** Signs of life that a reader may leave unread before it is cut off. */
const mostStalls = 8

/** What a stream is made with. */
export interface ListenStreamOptions {
  /** `id` of the request, which names the subscription. */
  readonly id: RequestId
  readonly caller: Caller
  readonly identity: CallIdentity
  readonly filter: ListenFilter
  /** What is acknowledged. */
  readonly said: object
  readonly serverInfo: ServerInfo
  /** Milliseconds since the epoch. */
  readonly endsAt: number
  /** Hears once that it is over. */
  readonly onEnd: () => void
}

/**
 * The stream of one `subscriptions/listen` (MCP specification 2026-07-28, subscriptions). There may be thousands, and most of the time
 * they hold nothing.
 */
export class ListenStream implements Listener {
  readonly #options: ListenStreamOptions
  #way: ListenWay | undefined
  #waiting: Map<string, Told> | undefined
  /** Characters that the system has not taken yet. */
  #unread = 0
  #stalls = 0
  #over = false

  constructor(options: ListenStreamOptions) {
    this.#options = options
  }

  get caller(): Caller {
    return this.#options.caller
  }

  get identity(): CallIdentity {
    return this.#options.identity
  }

  get endsAt(): number {
    return this.#options.endsAt
  }

  /** Whether nothing more is told. */
  get over(): boolean {
    return this.#over
  }

  wantsList(kind: ListKind): boolean {
    return !this.#over && this.#options.filter.lists.has(kind)
  }

  wantsTask(taskId: string): boolean {
    return !this.#over && this.#options.filter.taskIds.has(taskId)
  }

  wantsUpdateOf(uri: string): boolean {
    return !this.#over && this.#options.filter.uris.has(uri)
  }

  /** Begins to answer: what was honoured comes before everything else, and where that is nothing the stream is over. */
  begin(way: ListenWay): void {
    if (this.#over) {
      way.cut()
      return
    }
    this.#way = way
    const { said, filter } = this.#options
    this.#write({ method: 'notifications/subscriptions/acknowledged', params: { notifications: said } })
    if (filter.lists.size + filter.uris.size + filter.taskIds.size === 0) {
      this.end()
      return
    }
    this.#tellWaiting()
  }

  tell(told: Told): void {
    if (this.#over) return
    // Said once, it says everything: what changed is what the client reads next.
    if (this.#way === undefined || this.#unread > mostWaiting) {
      this.#waiting ??= new Map()
      const { uri, taskId } = told.params ?? {}
      const kept = told.again === undefined ? told : { method: told.method, again: told.again }
      this.#waiting.set(`${told.method} ${String(uri ?? taskId)}`, kept)
    } else this.#write(told)
  }

  /** Sends a sign of life; whoever has not read the ones before for long is cut off. */
  keepAlive(): void {
    const way = this.#way
    if (way === undefined) return
    this.#stalls = way.keepAlive() ? 0 : this.#stalls + 1
    if (this.#stalls < mostStalls) return
    way.cut()
    this.close()
  }

  /** Ends in good order: with the result that says so. */
  end(): void {
    if (this.#over) return
    const { id, serverInfo } = this.#options
    const _meta = { [SUBSCRIPTION_ID_META_KEY]: id, [SERVER_INFO_META_KEY]: serverInfo }
    const way = this.#way
    this.close()
    way?.finish({ result: { resultType: 'complete', _meta }, jsonrpc: '2.0', id })
  }

  /** The client has gone: nothing more is told. */
  close(): void {
    if (this.#over) return
    this.#over = true
    this.#way = undefined
    this.#waiting = undefined
    this.#options.onEnd()
  }

  #tellWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    for (const told of waiting?.values() ?? []) {
      if (told.again === undefined) this.tell(told)
      else told.again()
    }
  }

  #write({ method, params }: Told): void {
    const _meta = { [SUBSCRIPTION_ID_META_KEY]: this.#options.id }
    const message = { jsonrpc: '2.0', method, params: { ...params, _meta } }
    const characters =
      this.#way?.send(message, () => {
        this.#unread -= characters
        if (this.#waiting !== undefined && this.#unread <= mostWaiting) this.#tellWaiting()
      }) ?? 0
    this.#unread += characters
  }
}
