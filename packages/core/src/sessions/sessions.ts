import type { ClientCapabilities } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import { randomBytes } from 'node:crypto'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import { createEventBudget, type EventBudget } from './event-log.ts'
import { Session, type SessionBounds, type SessionFacts } from './session.ts'

/** What a session is opened with. */
export type OpenSession = Omit<SessionFacts, 'id' | 'owner'> & { readonly principal: Principal }

/** Who has how many sessions, counted in this process or another. */
export interface SessionPlaces {
  /** @returns whether there was room for one more, if need be in place of the caller's oldest one */
  take(caller: string): boolean | Promise<boolean>
  free(caller: string): void
}

/** What several hosts that share a port agree on. */
export interface SharedSessions {
  /** Begins the ids of this host's sessions. */
  readonly prefix: string
  readonly places: SessionPlaces
}

/** How sessions are bounded. */
export interface SessionLimits extends SessionBounds {
  readonly sessions: number
  readonly sessionsPerCaller: number
  /** Milliseconds without a request after which a session ends. */
  readonly idleMs: number
  /** Bytes of events of all sessions. */
  readonly allEventBytes: number
}

const defaultLimits: SessionLimits = {
  sessions: 10_000,
  sessionsPerCaller: 32,
  idleMs: 1_800_000,
  eventBytes: 8_388_608,
  allEventBytes: 134_217_728,
  keepStreamMs: 300_000,
  answerMs: 600_000,
  requests: 256,
  subscriptions: 100,
}

const sweepMs = 30_000

/**
 * The sessions of a host, of revisions before 2026-07-28. An id is 256 random bits and belongs to issuer, subject and client of who
 * opened it; a caller's oldest one goes when it has too many.
 */
export class Sessions {
  readonly #clock: () => number
  readonly #limits: SessionLimits
  readonly #budget: EventBudget
  readonly #live = new Map<string, Session>()
  readonly #callers = new Map<string, Set<Session>>()
  readonly #sweeping: NodeJS.Timeout
  readonly #prefix: string
  readonly #places: SessionPlaces

  /** @param clock milliseconds since the epoch */
  constructor(clock: () => number, limits: Partial<SessionLimits> = {}, shared?: SharedSessions) {
    this.#clock = clock
    this.#limits = { ...defaultLimits, ...limits }
    this.#prefix = shared?.prefix ?? ''
    this.#places = shared?.places ?? { take: (caller) => this.#takePlace(caller), free: () => undefined }
    this.#budget = createEventBudget(this.#limits.allEventBytes)
    this.#sweeping = setInterval(() => {
      this.sweep()
    }, sweepMs).unref()
  }

  /** The live sessions, for whoever has news for them. */
  get all(): Iterable<Session> {
    return this.#live.values()
  }

  /** Whether a client that declares this is given one. */
  wanted({ elicitation, sampling, roots }: ClientCapabilities): boolean {
    return elicitation !== undefined || sampling !== undefined || roots !== undefined
  }

  /**
   * Opens a session: at once, or when another process has counted it.
   *
   * @throws Refusal 503 if there are too many
   */
  open({ principal, ...facts }: OpenSession): Session | Promise<Session> {
    const owner = ownerOf(principal)
    const caller = callerOf(owner)
    const enter = (room: boolean): Session => {
      if (!room) throw full()
      const id = this.#prefix + randomBytes(32).toString('base64url')
      const session = new Session({ ...facts, id, owner }, this.#limits, this.#budget, this.#clock)
      this.#live.set(id, session)
      const own = this.#callers.get(caller) ?? new Set()
      own.add(session)
      this.#callers.set(caller, own)
      return session
    }
    const room = this.#places.take(caller)
    return typeof room === 'boolean' ? enter(room) : room.then(enter)
  }

  /** The session of a caller that is missed least, which goes when there are too many. */
  oldestOf(caller: string): Session | undefined {
    return oldestOf(this.#callers.get(caller) ?? new Set())
  }

  /**
   * The live session of this principal.
   *
   * @throws Refusal 404 for one that is unknown, over, or another's: the three are alike
   */
  require(id: string, principal: Principal, messageId: RpcId): Session {
    const session = this.find(id, principal)
    if (session === undefined) throw noSession(messageId)
    return session
  }

  /** The live session of this principal, which is used now. */
  find(id: string, principal: Principal): Session | undefined {
    const session = this.#live.get(id)
    if (session?.facts.owner !== ownerOf(principal)) return undefined
    const now = this.#clock()
    if (this.#isOver(session, now)) {
      this.end(session)
      return undefined
    }
    session.usedAt = now
    return session
  }

  /** Ends a session, and whatever runs in it. */
  end(session: Session): void {
    if (!this.#live.delete(session.facts.id)) return
    const caller = callerOf(session.facts.owner)
    const own = this.#callers.get(caller)
    own?.delete(session)
    if (own?.size === 0) this.#callers.delete(caller)
    this.#places.free(caller)
    session.end()
  }

  /** Ends what nobody has used for long, and forgets what nobody will come back for. */
  sweep(): void {
    const now = this.#clock()
    for (const session of this.#live.values()) {
      if (this.#isOver(session, now)) this.end(session)
      else session.sweep(now)
    }
  }

  /** Ends connections that wait for news: the host stops. */
  letGo(): void {
    for (const session of this.#live.values()) session.letGo()
  }

  close(): void {
    clearInterval(this.#sweeping)
    for (const session of [...this.#live.values()]) this.end(session)
  }

  #takePlace(caller: string): boolean {
    const oldest = this.oldestOf(caller)
    const own = this.#callers.get(caller)?.size ?? 0
    if (oldest !== undefined && own >= this.#limits.sessionsPerCaller) this.end(oldest)
    if (this.#live.size >= this.#limits.sessions) this.sweep()
    return this.#live.size < this.#limits.sessions
  }

  #isOver(session: Session, now: number): boolean {
    return session.idle && now - session.usedAt >= this.#limits.idleMs
  }
}

function ownerOf({ issuer, subject, clientId }: Principal): string {
  return JSON.stringify([issuer, subject, clientId ?? null])
}

/** Sessions are counted by person, as calls are. */
function callerOf(owner: string): string {
  const [issuer, subject] = JSON.parse(owner) as readonly unknown[]
  return JSON.stringify([issuer, subject])
}

/** The one that is missed least. */
function oldestOf(sessions: ReadonlySet<Session>): Session | undefined {
  return [...sessions].sort((a, b) => Number(b.idle) - Number(a.idle) || a.usedAt - b.usedAt)[0]
}

function noSession(id: RpcId): Refusal {
  return rpcRefusal({
    status: 404,
    code: rpcCode.noSession,
    message: 'There is no such session of yours: start a new one with initialize',
    id,
  })
}

function full(): Refusal {
  return rpcRefusal({
    status: 503,
    code: rpcCode.unavailable,
    message: 'Too many sessions are open',
    headers: { 'Retry-After': '60' },
  })
}
