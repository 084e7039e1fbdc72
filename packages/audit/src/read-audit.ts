import { open, stat, type FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditRecord } from './audit-record.ts'
import { AuditError } from './errors.ts'
import { parseRecord } from './parse-record.ts'

const CHUNK_BYTES = 65_536
const LONGEST_LINE_BYTES = 1_048_576
const POLL_MS = 200
const NEWLINE = 0x0a

/** What to read of an audit file. */
export interface ReadAuditOptions {
  /** Begin with the last so many lines; with the first one by default. */
  readonly last?: number
  /** Go on with what is written from now on, also after the file was rotated or cut, until `signal` aborts. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
}

async function startOfLast(handle: FileHandle, lines: number): Promise<number> {
  const chunk = Buffer.alloc(CHUNK_BYTES)
  let end = (await handle.stat()).size
  let newlines = 0
  while (end > 0) {
    const start = Math.max(0, end - CHUNK_BYTES)
    const { bytesRead } = await handle.read(chunk, 0, end - start, start)
    for (let index = bytesRead - 1; index >= 0; index -= 1) {
      if (chunk[index] !== NEWLINE) continue
      newlines += 1
      if (newlines > lines) return start + index + 1
    }
    end = start
  }
  return 0
}

/** Cuts a stream of bytes into records; of a line that is too long, only its end is looked for. */
class RecordSplitter {
  #rest = Buffer.alloc(0)
  #skipping = false

  reset(): void {
    this.#rest = Buffer.alloc(0)
    this.#skipping = false
  }

  *push(bytes: Buffer): Generator<AuditRecord> {
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([this.#rest, bytes.subarray(start, end)])
      const record = this.#skipping ? undefined : parseRecord(line.toString())
      this.reset()
      start = end + 1
      if (record !== undefined) yield record
    }
    this.#rest = Buffer.concat([this.#rest, bytes.subarray(start)])
    if (this.#rest.length > LONGEST_LINE_BYTES) {
      this.reset()
      this.#skipping = true
    }
  }
}

async function* readFrom(
  handle: FileHandle,
  start: number,
  splitter: RecordSplitter,
): AsyncGenerator<AuditRecord, number> {
  const chunk = Buffer.alloc(CHUNK_BYTES)
  let position = start
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) return position
    position += bytesRead
    yield* splitter.push(chunk.subarray(0, bytesRead))
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
}

async function isReplaced(handle: FileHandle, file: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all([handle.stat(), stat(file).catch(() => undefined)])
  return theirs !== undefined && (theirs.ino !== ours.ino || theirs.dev !== ours.dev)
}

/** Reads one file until it is replaced by another of its name, or the signal aborts. */
async function* followFile(
  handle: FileHandle,
  file: string,
  start: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<AuditRecord> {
  const splitter = new RecordSplitter()
  let position = start
  while (signal?.aborted !== true) {
    // Asked before reading: what the old file got until it was replaced is then still read.
    const replaced = await isReplaced(handle, file)
    if ((await handle.stat()).size < position) {
      position = 0
      splitter.reset()
    }
    position = yield* readFrom(handle, position, splitter)
    if (replaced) return
    await pause(signal)
  }
}

async function openToRead(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r')
  } catch (cause) {
    throw new AuditError('unreadable', `${file} cannot be read: ${String(cause)}`, { cause })
  }
}

/**
 * The records of an audit file, oldest first, while another process may write it. Lines that are no records are left
 * out: the rest of one that a crash cut short, and one that is not yet whole.
 *
 * @throws AuditError `unreadable`
 */
export async function* readAudit(file: string, options: ReadAuditOptions = {}): AsyncGenerator<AuditRecord, void> {
  const { last, follow = false, signal } = options
  let first = true
  do {
    const handle = await openToRead(file)
    try {
      const start = first && last !== undefined ? await startOfLast(handle, last) : 0
      first = false
      if (follow) yield* followFile(handle, file, start, signal)
      else yield* readFrom(handle, start, new RecordSplitter())
    } finally {
      await handle.close()
    }
  } while (follow && signal?.aborted !== true)
}
