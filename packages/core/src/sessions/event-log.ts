/** One event of a session's streams, as it stands on the wire. */
export interface LoggedEvent {
  readonly stream: string
  readonly sequence: number
  readonly text: string
}

/** Bytes that all sessions of a host may keep together. */
export interface EventBudget {
  /** @returns whether there is room for so many bytes more */
  take(bytes: number): boolean
  give(bytes: number): void
}

/** @param most bytes that are kept at once */
export function createEventBudget(most: number): EventBudget {
  let taken = 0
  return {
    take(bytes) {
      if (taken + bytes > most) return false
      taken += bytes
      return true
    },
    give(bytes) {
      taken -= bytes
    },
  }
}

/** Bytes that an event takes beside its text: most are shorter than what it costs to keep them. */
const bytesBeside = 256

interface Kept extends LoggedEvent {
  /** Which of all events it was. */
  readonly count: number
  readonly bytes: number
}

/**
 * What a session's streams have sent, for clients that come back (MCP specification 2025-11-25, basic/transports, resumability and
 * redelivery). Bounded in bytes: the oldest events go first, and whoever asks for what is gone is told so.
 */
export class EventLog {
  readonly #most: number
  readonly #budget: EventBudget
  /** Of each stream in their order: to forget one costs no look at the others. */
  readonly #streams = new Map<string, Kept[]>()
  #bytes = 0
  #count = 0
  #closed = false

  /** @param most bytes that this session may keep */
  constructor(most: number, budget: EventBudget) {
    this.#most = most
    this.#budget = budget
  }

  /** Keeps an event if there is room for it. */
  append(event: LoggedEvent): void {
    const bytes = Buffer.byteLength(event.text) + bytesBeside
    if (this.#closed || bytes > this.#most) return
    while (this.#bytes + bytes > this.#most) this.#dropOldest()
    while (!this.#budget.take(bytes)) {
      if (!this.#dropOldest()) return
    }
    const kept = { ...event, bytes, count: this.#count++ }
    const others = this.#streams.get(event.stream)
    if (others === undefined) this.#streams.set(event.stream, [kept])
    else others.push(kept)
    this.#bytes += bytes
  }

  /** The events of a stream after one of its numbers; undefined if one of them is kept no more. */
  after(stream: string, sequence: number, last: number): readonly LoggedEvent[] | undefined {
    const found = (this.#streams.get(stream) ?? []).filter((event) => event.sequence > sequence)
    return found.length === last - sequence ? found : undefined
  }

  /** Forgets a stream. */
  drop(stream: string): void {
    for (const event of this.#streams.get(stream) ?? []) this.#free(event)
    this.#streams.delete(stream)
  }

  /** Forgets everything, and keeps nothing any more: nobody would give back what a handler says after the end of its session. */
  close(): void {
    this.#closed = true
    for (const stream of [...this.#streams.keys()]) this.drop(stream)
  }

  #dropOldest(): boolean {
    let oldest: Kept[] | undefined
    for (const events of this.#streams.values()) {
      if ((events[0]?.count ?? Infinity) < (oldest?.[0]?.count ?? Infinity)) oldest = events
    }
    const event = oldest?.shift()
    if (event === undefined) return false
    this.#free(event)
    if (oldest?.length === 0) this.#streams.delete(event.stream)
    return true
  }

  #free({ bytes }: Kept): void {
    this.#bytes -= bytes
    this.#budget.give(bytes)
  }
}
