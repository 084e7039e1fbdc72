import { open, type FileHandle } from 'node:fs/promises'
import type { AuditRecord } from './audit-record.ts'
import { AuditError } from './errors.ts'
import { parseRecord } from './parse-record.ts'

const CHUNK_BYTES = 65_536
const LONGEST_LINE_BYTES = 1_048_576
const NEWLINE = 0x0a

/**
 * Opens a file of an audit.
 *
 * @throws AuditError `unreadable`
 */
export async function openToRead(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r')
  } catch (cause) {
    throw new AuditError('unreadable', `${file} cannot be read: ${String(cause)}`, { cause })
  }
}

/** Where the last so many lines of a file begin, and how many there are if it has fewer. */
export async function startOfLast(
  handle: FileHandle,
  lines: number,
): Promise<{ readonly start: number; readonly lines: number }> {
  const chunk = Buffer.alloc(CHUNK_BYTES)
  let end = (await handle.stat()).size
  let newlines = 0
  while (end > 0) {
    const start = Math.max(0, end - CHUNK_BYTES)
    const { bytesRead } = await handle.read(chunk, 0, end - start, start)
    for (let index = bytesRead - 1; index >= 0; index -= 1) {
      if (chunk[index] !== NEWLINE) continue
      newlines += 1
      if (newlines > lines) return { start: start + index + 1, lines }
    }
    end = start
  }
  return { start: 0, lines: newlines }
}

/** Cuts a stream of bytes into records; of a line that is too long, only its end is looked for. */
export class RecordSplitter {
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

/** The records from a place in a file to its end; returns where that is. */
export async function* readFrom(
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
