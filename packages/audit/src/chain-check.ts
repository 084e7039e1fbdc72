import { isLinkedTo, type ChainedLine, type Link } from './chain.ts'

/** What is wrong with a chain of records, and where. */
export interface ChainFault {
  /**
   * - `changed`: the line is not the one that was written after its predecessor.
   * - `missing`: records from `seq` to `lastSeq` stand nowhere.
   * - `reordered`: the record stands after a later one.
   * - `repeated`: a record of this number was there already.
   * - `unreadable`: the line is no record.
   */
  readonly kind: 'changed' | 'missing' | 'reordered' | 'repeated' | 'unreadable'
  readonly file?: string
  /** From 1. */
  readonly line?: number
  readonly seq?: number
  /** Of records that are missing, the last. */
  readonly lastSeq?: number
}

/** Where a record stands. */
export type Position = Required<Pick<ChainFault, 'file' | 'line'>>

/** Judges the records of a chain one after another. */
export class ChainCheck {
  readonly #faults: ChainFault[] = []
  readonly #missing = new Set<number>()
  readonly #head: Link | undefined
  #last: Link
  #anchored: boolean
  #count = 0

  /**
   * Begins after a record, whose hash is unknown if that does not stand in what is judged. `head` is a record that the chain
   * is known to have got to.
   */
  constructor(start: { readonly seq: number; readonly chain: string | undefined }, head: Link | undefined) {
    this.#last = { seq: start.seq, chain: start.chain ?? '' }
    this.#anchored = start.chain !== undefined
    this.#head = head
  }

  /** The record with the highest number so far. */
  get last(): Link {
    return this.#last
  }

  get count(): number {
    return this.#count
  }

  unreadable(position: Position): void {
    this.#faults.push({ kind: 'unreadable', ...position })
  }

  /** Judges a record; `next` is what stands after it, which tells a record under a wrong number from a gap. */
  push(line: ChainedLine, next: ChainedLine | undefined, position: Position): void {
    this.#count += 1
    const expected = this.#last.seq + 1
    if (line.seq === expected) {
      if (this.#anchored && !isLinkedTo(line, this.#last.chain)) {
        this.#faults.push({ kind: 'changed', ...position, seq: expected })
      }
      this.#advance({ seq: expected, chain: line.chain }, position)
    } else if (next?.seq === expected + 1 && isLinkedTo(next, line.chain)) {
      this.#faults.push({ kind: 'changed', ...position, seq: expected })
      this.#advance({ seq: expected, chain: line.chain }, position)
    } else if (line.seq > expected) {
      // Bounded, or one forged number could fill the memory.
      for (let seq = expected; seq < line.seq && this.#missing.size < 1_000_000; seq += 1) this.#missing.add(seq)
      this.#advance(line, position)
    } else {
      const kind = this.#missing.delete(line.seq) ? 'reordered' : 'repeated'
      this.#faults.push({ kind, ...position, seq: line.seq })
    }
  }

  #advance({ seq, chain }: Link, position: Position): void {
    this.#last = { seq, chain }
    this.#anchored = true
    const head = this.#head
    if (head?.seq === seq && head.chain !== chain && this.#faults.at(-1)?.seq !== seq) {
      this.#faults.push({ kind: 'changed', ...position, seq })
    }
  }

  /** Everything that is wrong, after the last record. */
  finish(): readonly ChainFault[] {
    const missing = [...this.#missing].sort((a, b) => a - b)
    const faults = [...this.#faults]
    let first: number | undefined
    missing.forEach((seq, index) => {
      first ??= seq
      if (missing[index + 1] === seq + 1) return
      faults.push({ kind: 'missing', seq: first, lastSeq: seq })
      first = undefined
    })
    if (this.#head !== undefined && this.#head.seq > this.#last.seq) {
      faults.push({ kind: 'missing', seq: this.#last.seq + 1, lastSeq: this.#head.seq })
    }
    return faults
  }
}
