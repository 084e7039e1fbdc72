import type { Owner } from '@toolgate/registry'
import type { Logger } from 'pino'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import { readAsked } from '../mcp/asked.ts'
import type { Caller } from '../mcp/caller.ts'
import type { Listener, ListKind } from './listener.ts'
import type { ListenStream } from './listen-stream.ts'
import { mayRead, readOf, type Judging } from './may-read.ts'
import {
  createStreamPlaces,
  streamLimits,
  type StreamLimits,
  type StreamPlaces,
  type StreamRoom,
} from './stream-places.ts'
import { TaskNews } from './task-news.ts'

/** How streams that wait for news are bounded. */
export interface SubscriptionLimits extends StreamLimits {
  /** Milliseconds that one stream may last: then its client comes back with a token that is verified anew. */
  readonly longestMs: number
}

/** What the subscriptions of a host need. */
export interface SubscriptionsOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  readonly logger: Logger
  /** Who listens beside the streams. */
  readonly sessions: () => Iterable<Listener>
  readonly limits?: Partial<SubscriptionLimits>
  /** Where streams are counted, if not in this process alone. */
  readonly places?: StreamPlaces | undefined
}

const defaultLimits: SubscriptionLimits = { ...streamLimits, longestMs: 3_600_000 }
const keepAliveMs = 15_000
const sweepMs = 1_000

/**
 * Who waits for news of this host, and who of them is told. Nothing is told by what was decided when a subscription began: each time it
 * is judged anew, by the rules in force, for the caller as it was verified last.
 */
export class Subscriptions {
  readonly #clock: () => number
  readonly #logger: Logger
  readonly #limits: SubscriptionLimits
  readonly #sessions: SubscriptionsOptions['sessions']
  readonly #streams = new Set<ListenStream>()
  readonly #places: StreamPlaces
  /** URIs that are still to be judged, by who is judged now. */
  readonly #judging = new Map<Listener, Set<string>>()
  readonly #sweeping: NodeJS.Timeout
  readonly #keepingAlive: NodeJS.Timeout
  readonly #taskNews: TaskNews
  #rules: Judging | undefined

  constructor({ clock, logger, sessions, limits = {}, places }: SubscriptionsOptions) {
    this.#sessions = sessions
    this.#clock = clock
    this.#logger = logger
    this.#limits = { ...defaultLimits, ...limits }
    this.#places = places ?? createStreamPlaces(this.#limits)
    this.#taskNews = new TaskNews({
      streams: () => this.#streams,
      rules: () => this.#rules,
      isGood: (caller) => this.#isGood(caller),
      logger,
    })
    this.#sweeping = setInterval(() => {
      this.sweep()
    }, sweepMs).unref()
    this.#keepingAlive = setInterval(() => {
      void this.keepAlive()
    }, keepAliveMs).unref()
  }

  /** Sets by what news is judged from now on. */
  judgeBy(rules: Judging): void {
    this.#rules = rules
  }

  /**
   * Takes a stream in: at once, or when another process has counted it.
   *
   * @throws Refusal 429 if its caller has too many, 503 if there are too many
   */
  add(stream: ListenStream, id: RpcId): undefined | Promise<undefined> {
    const caller = callerKey(stream.caller.principal)
    const enter = (room: StreamRoom): undefined => {
      if (room === 'caller-full') throw tooMany(this.#limits.streamsPerCaller, id)
      if (room === 'full') throw full(id)
      // Its client may have gone while it was counted elsewhere.
      if (stream.over) this.#places.free(caller)
      else this.#streams.add(stream)
    }
    const room = this.#places.take(caller)
    if (typeof room !== 'string') return room.then(enter)
    enter(room)
    return undefined
  }

  /** Lets go of a stream. */
  remove(stream: ListenStream): void {
    if (this.#streams.delete(stream)) this.#places.free(callerKey(stream.caller.principal))
  }

  /** When a stream of this caller has to end, in milliseconds since the epoch: with its token, or after the longest time. */
  endOf({ expiresAt = Infinity }: Caller): number {
    return Math.min(expiresAt, this.#clock() + this.#limits.longestMs)
  }

  /**
   * A plugin says that a resource changed, for everybody or for its owner. One that is not its own is told to nobody.
   *
   * @returns whether it is one that may be told of
   */
  resourceUpdated(plugin: string, uri: string, owner?: Owner): boolean {
    const rules = this.#rules
    if (rules === undefined) return false
    const entry = rules.catalogue.entries.get(readAsked(rules.catalogue, readOf(uri, 0)).name)
    if (entry?.plugin !== plugin) {
      this.#logger.warn({ plugin, uri: uri.slice(0, 256) }, 'a plugin told of a resource that is not its own')
      return false
    }
    for (const listener of this.#listeners()) {
      if (!listener.wantsUpdateOf(uri) || !isOwner(listener, owner)) continue
      const waiting = this.#judging.get(listener)
      if (waiting === undefined) void this.#tellUpdates(listener, uri)
      else waiting.add(uri)
    }
    return true
  }

  /** Says that lists changed, to those for whom `changedFor` says so. */
  listsChanged(changedFor: (caller: Caller) => ReadonlySet<ListKind>): void {
    for (const listener of this.#listeners()) void this.#tellLists(listener, changedFor)
  }

  /** A task is in another status, or waits for something else. */
  taskChanged(taskId: string): void {
    this.#taskNews.changed(taskId)
  }

  /** Tells a stream how a task is now. */
  tellTask(stream: ListenStream, taskId: string): void {
    this.#taskNews.tell(stream, taskId)
  }

  /** Ends streams whose time is over. */
  sweep(): void {
    const now = this.#clock()
    for (const stream of [...this.#streams]) if (now >= stream.endsAt) stream.end()
  }

  /** Keeps streams alive, and ends those whose token counts no more. */
  async keepAlive(): Promise<void> {
    for (const stream of [...this.#streams]) {
      if (await this.#isGood(stream.caller)) stream.keepAlive()
      else stream.end()
    }
  }

  /** Ends every stream in good order: the host stops. */
  letGo(): void {
    for (const stream of [...this.#streams]) stream.end()
  }

  close(): void {
    clearInterval(this.#sweeping)
    clearInterval(this.#keepingAlive)
    this.letGo()
  }

  *#listeners(): Iterable<Listener> {
    yield* [...this.#streams]
    yield* this.#sessions()
  }

  /** One after the other, so that no listener has more to be judged than it asked for. */
  async #tellUpdates(listener: Listener, first: string): Promise<void> {
    const waiting = new Set([first])
    this.#judging.set(listener, waiting)
    try {
      for (const uri of waiting) {
        waiting.delete(uri)
        if (await this.#mayBeTold(listener, uri)) {
          listener.tell({ method: 'notifications/resources/updated', params: { uri } })
        }
      }
    } catch (error) {
      this.#logger.error({ err: error }, 'news could not be told')
    } finally {
      this.#judging.delete(listener)
    }
  }

  async #mayBeTold(listener: Listener, uri: string): Promise<boolean> {
    const { caller, identity } = listener
    const rules = this.#rules
    if (caller === undefined || rules === undefined || !(await this.#isGood(caller))) return false
    const may = await mayRead(rules, { caller, identity }, uri)
    // Asked last: while an author looked, the client may have gone.
    if (!listener.wantsUpdateOf(uri)) return false
    // Or it sent another request, which may hold less: it is judged once more, or its news would be lost.
    return listener.caller === caller ? may : this.#mayBeTold(listener, uri)
  }

  async #tellLists(listener: Listener, changedFor: (caller: Caller) => ReadonlySet<ListKind>): Promise<void> {
    try {
      const { caller } = listener
      if (caller === undefined || !(await this.#isGood(caller))) return
      for (const kind of changedFor(caller)) {
        if (listener.wantsList(kind)) listener.tell({ method: `notifications/${kind}/list_changed` })
      }
    } catch (error) {
      this.#logger.error({ err: error }, 'news could not be told')
    }
  }

  /** Whether the token of a caller still counts; it does not where nobody can say. */
  async #isGood({ expiresAt = Infinity, stands }: Caller): Promise<boolean> {
    if (this.#clock() >= expiresAt) return false
    try {
      return stands === undefined || (await stands())
    } catch (error) {
      this.#logger.error({ err: error }, 'whether a caller still stands could not be told')
      return false
    }
  }
}

function isOwner({ caller }: Listener, owner: Owner | undefined): boolean {
  return owner === undefined || (caller !== undefined && callerKey(caller.principal) === callerKey(owner))
}

function callerKey({ issuer, subject }: Owner): string {
  return JSON.stringify([issuer, subject])
}

function tooMany(most: number, id: RpcId): Refusal {
  const message = `More than ${String(most)} subscriptions of yours would be open: close one`
  const headers = { 'Retry-After': '10' }
  return rpcRefusal({ status: 429, code: rpcCode.unavailable, message, id, headers })
}

function full(id: RpcId): Refusal {
  const headers = { 'Retry-After': '60' }
  return rpcRefusal({ status: 503, code: rpcCode.unavailable, message: 'Too many subscriptions are open', id, headers })
}
