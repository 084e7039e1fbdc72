import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'
import { readChainedLine, type Link } from './chain.ts'

const NEWLINE = 0x0a
const TAIL_BYTES = 2_097_152

/** How an audit file ends. */
export interface FileEnd {
  /** Its last record; undefined if it has none, or its last line is not of a chain. */
  readonly link: Link | undefined
  readonly empty: boolean
  /** Bytes of a line that was cut short, by which the file is now shorter. */
  readonly repairedBytes: number
}

/**
 * Cuts off what stands after the last newline of a file, which a crash left of a line that nobody was answered for, and
 * reads the line before it. A file that is not there is an empty one.
 */
export function repairEnd(file: string): FileEnd {
  let fd: number
  try {
    fd = openSync(file, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { link: undefined, empty: true, repairedBytes: 0 }
  }
  try {
    const { size } = fstatSync(fd)
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES))
    readSync(fd, tail, 0, tail.length, size - tail.length)
    const end = tail.lastIndexOf(NEWLINE)
    const repairedBytes = tail.length - end - 1
    if (repairedBytes > 0) {
      ftruncateSync(fd, size - repairedBytes)
      fdatasyncSync(fd)
    }
    const begin = end <= 0 ? 0 : tail.lastIndexOf(NEWLINE, end - 1) + 1
    const link = readChainedLine(tail.toString('utf8', begin, Math.max(0, end)))
    return { link: link && { seq: link.seq, chain: link.chain }, empty: size === repairedBytes, repairedBytes }
  } finally {
    closeSync(fd)
  }
}
