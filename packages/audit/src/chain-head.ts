import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import type { Link } from './chain.ts'

const HEAD = /^\{"seq":(\d{1,15}),"chain":"([0-9a-f]{64})"\}\s*$/
const HEAD_BYTES = 128

/** Where the chain is known to have got: what shows that records were cut off its end. */
export interface ChainHead {
  /** Notes a record that is on the disk, unless a later one is noted. */
  note(link: Link): void
  close(): void
}

/** The file beside the audit in which its head stands. */
export function headFileOf(file: string): string {
  return `${file}.head`
}

/** The head of an audit's chain, or undefined if there is none that can be read. */
export function readHead(file: string): Link | undefined {
  let text: string
  try {
    text = readFileSync(headFileOf(file), 'utf8')
  } catch {
    return undefined
  }
  const [, seq, chain] = HEAD.exec(text) ?? []
  return seq === undefined || chain === undefined ? undefined : { seq: Number(seq), chain }
}

/** Opens the head of an audit's chain, mode 0600. It is written in place, in one piece that no sector boundary divides. */
export function openHead(file: string, from: Link): ChainHead {
  const fd = openSync(headFileOf(file), constants.O_RDWR | constants.O_CREAT, 0o600)
  let { seq } = from
  return {
    note(link) {
      if (link.seq <= seq) return
      try {
        writeSync(fd, `${JSON.stringify({ seq: link.seq, chain: link.chain }).padEnd(HEAD_BYTES - 1)}\n`, 0)
        seq = link.seq
      } catch {
        // The record itself is safe; an older head only shows less.
      }
    },
    close() {
      closeSync(fd)
    },
  }
}
