import { hash } from 'node:crypto'

/** A place in the chain: the number of a record, and the hash that stands for it and all before it. */
export interface Link {
  readonly seq: number
  readonly chain: string
}

/** What stands on a line of the chain. */
export interface ChainedLine extends Link {
  /** The line up to its `chain`: exactly the text that is hashed. */
  readonly content: string
}

const CHAINED = /^(\{.*,"seq":([1-9]\d{0,14})),"chain":"([0-9a-f]{64})"\}$/

function chainOf(previous: string, content: string): string {
  return hash('sha256', `${previous}\n${content}`)
}

/**
 * Puts a record at the end of a chain: `seq` is one more than that of its predecessor, and `chain` is the SHA-256, in hex,
 * of the predecessor's `chain`, a newline, and the line up to its own `chain`. What is hashed is the text as it stands in
 * the file, so any changed byte shows.
 *
 * @param json - a record as one JSON object with at least one member
 */
export function chainLine(json: string, previous: Link): { readonly line: string; readonly link: Link } {
  const seq = previous.seq + 1
  const content = `${json.slice(0, -1)},"seq":${String(seq)}`
  const chain = chainOf(previous.chain, content)
  return { line: `${content},"chain":"${chain}"}`, link: { seq, chain } }
}

/** Takes a line apart, or gives undefined for one that is not of a chain. Does NOT check: the hash. */
export function readChainedLine(line: string): ChainedLine | undefined {
  const [, content, seq, chain] = CHAINED.exec(line) ?? []
  if (content === undefined || seq === undefined || chain === undefined) return undefined
  return { content, seq: Number(seq), chain }
}

/** Whether a line is, to the byte, the one that was written after the record of this `chain`. */
export function isLinkedTo(line: ChainedLine, chain: string): boolean {
  return chainOf(chain, line.content) === line.chain
}
