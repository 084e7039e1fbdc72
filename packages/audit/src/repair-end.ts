import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'
import type { AuditRecord } from './audit-record.ts'
import { readChainedLine, type Link } from './chain.ts'
import { parseRecord } from './parse-record.ts'

const NEWLINE = 0x0a
const WINDOW_BYTES = 2_097_152
const RECORD_BEGIN = '{"type":"'

/** How a file ends. */
export interface FileEnd {
  /**
   * - `empty`: nothing stands in it, or it is not there.
   * - `chained`: it ends with a record of a chain and its newline.
   * - `other`: with anything else; the file is as it was.
   */
  readonly state: 'empty' | 'chained' | 'other'
  /** Its last whole line; undefined if that is not of a chain. */
  readonly link: Link | undefined
  /** Bytes of a record that was cut short, by which the file is now shorter. */
  readonly repairedBytes: number
}

function readWindow(fd: number, position: number): Buffer {
  const window = Buffer.alloc(WINDOW_BYTES)
  return window.subarray(0, readSync(fd, window, 0, WINDOW_BYTES, position))
}

function firstRecordOf(fd: number): AuditRecord | undefined {
  const window = readWindow(fd, 0)
  const end = window.indexOf(NEWLINE)
  return end === -1 ? undefined : parseRecord(window.toString('utf8', 0, end))
}

function isBeginOfRecord(rest: Buffer): boolean {
  const begin = rest.toString('latin1', 0, RECORD_BEGIN.length)
  return RECORD_BEGIN.startsWith(begin)
}

/** The last whole line of a file, if it is one of a chain, and the bytes after it. */
function readTail(fd: number, size: number): { readonly link: Link | undefined; readonly rest: Buffer } {
  const tail = readWindow(fd, Math.max(0, size - WINDOW_BYTES))
  const end = tail.lastIndexOf(NEWLINE)
  const begin = end <= 0 ? 0 : tail.lastIndexOf(NEWLINE, end - 1) + 1
  const line = readChainedLine(tail.toString('utf8', begin, Math.max(0, end)))
  return { link: line && { seq: line.seq, chain: line.chain }, rest: tail.subarray(end + 1) }
}

function repair(fd: number): FileEnd {
  const { size } = fstatSync(fd)
  if (size === 0) return { state: 'empty', link: undefined, repairedBytes: 0 }
  const { link, rest } = readTail(fd, size)
  if (link === undefined) return { state: 'other', link, repairedBytes: 0 }
  if (rest.length === 0) return { state: 'chained', link, repairedBytes: 0 }
  if (!isBeginOfRecord(rest) || firstRecordOf(fd) === undefined) return { state: 'other', link, repairedBytes: 0 }
  ftruncateSync(fd, size - rest.length)
  return { state: 'chained', link, repairedBytes: rest.length }
}

/**
 * Reads where a file ends, and cuts off what stands after its last newline if a crash left that of a record that nobody
 * was answered for: it begins as a record does, after a record of a chain, in a file whose first line is a record. Every
 * other file stays as it is. What stays is on the disk on return.
 */
export function repairEnd(file: string): FileEnd {
  let fd: number
  try {
    fd = openSync(file, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { state: 'empty', link: undefined, repairedBytes: 0 }
  }
  try {
    const end = repair(fd)
    fdatasyncSync(fd)
    return end
  } finally {
    closeSync(fd)
  }
}

function inspect<Found>(file: string, read: (fd: number) => Found): Found {
  const fd = openSync(file, 'r')
  try {
    return read(fd)
  } finally {
    closeSync(fd)
  }
}

/** The last record of a file that stays as it is; undefined if its last whole line is none of a chain. */
export function readLastLink(file: string): Link | undefined {
  return inspect(file, (fd) => readTail(fd, fstatSync(fd).size).link)
}

/** The first line of a file, if it is a record, of a chain or not. */
export function readFirstRecord(file: string): AuditRecord | undefined {
  return inspect(file, firstRecordOf)
}
