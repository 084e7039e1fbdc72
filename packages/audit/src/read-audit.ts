import { setTimeout as sleep } from 'node:timers/promises'
import { filesAside } from './audit-files.ts'
import type { AuditRecord } from './audit-record.ts'
import { isNamed, openNewestFile, openNextFile, type OpenAuditFile } from './next-audit-file.ts'
import { openToRead, readFrom, RecordSplitter, startOfLast } from './read-records.ts'

const POLL_MS = 200

/** What to read of an audit. */
export interface ReadAuditOptions {
  /** Begin with the last so many lines; with the first one by default. */
  readonly last?: number
  /** Go on with what is written from now on, also after the file was rotated or cut, until `signal` aborts. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
}

/** Reads one file until another stands in its place, or the signal aborts. */
async function* followFile(
  { handle }: OpenAuditFile,
  file: string,
  start: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<AuditRecord> {
  const splitter = new RecordSplitter()
  let position = start
  while (signal?.aborted !== true) {
    // Asked before reading: what the old file got until it was replaced is then still read.
    const replaced = !(await isNamed(file, handle))
    if ((await handle.stat()).size < position) {
      position = 0
      splitter.reset()
    }
    position = yield* readFrom(handle, position, splitter)
    if (replaced) return
    await pause(signal)
  }
}

interface Beginning {
  readonly opened: OpenAuditFile
  readonly start: number
}

/** Where the last so many lines of all files begin. */
async function beginningOfLast(file: string, last: number): Promise<Beginning> {
  let opened = await openNewestFile(file)
  const earlier = [...filesAside(file)]
  let wanted = last
  for (;;) {
    const found = await startOfLast(opened.handle, wanted)
    wanted -= found.lines
    let path = wanted > 0 ? earlier.pop() : undefined
    // Rotation may have put it aside since it was opened: then it is counted already.
    if (path !== undefined && (await isNamed(path, opened.handle))) path = earlier.pop()
    if (path === undefined) return { opened, start: found.start }
    await opened.handle.close()
    opened = { handle: await openToRead(path), path }
  }
}

async function beginningOfAll(file: string): Promise<Beginning> {
  const opened = (await openNextFile(file, undefined)) ?? { handle: await openToRead(file), path: file }
  return { opened, start: 0 }
}

/** The file after one, waited for if it is to be followed. */
async function nextAfter(
  opened: OpenAuditFile,
  file: string,
  { follow = false, signal }: ReadAuditOptions,
): Promise<OpenAuditFile | undefined> {
  while (signal?.aborted !== true) {
    const next = await openNextFile(file, opened)
    if (next !== undefined || !follow) return next
    await pause(signal)
  }
  return undefined
}

/**
 * The records of an audit, oldest first, from all of its files, while another process may write and rotate them. Lines that
 * are no records are left out: the rest of one that a crash cut short, and one that is not yet whole.
 *
 * @param file - the one that is written; those that were put aside are found beside it
 * @throws AuditError `unreadable`
 */
export async function* readAudit(file: string, options: ReadAuditOptions = {}): AsyncGenerator<AuditRecord, void> {
  const { last, follow = false, signal } = options
  const first = last === undefined ? await beginningOfAll(file) : await beginningOfLast(file, last)
  let opened: OpenAuditFile | undefined = first.opened
  let { start } = first
  while (opened !== undefined) {
    let next: OpenAuditFile | undefined
    let done = false
    try {
      const splitter = new RecordSplitter()
      let position = start
      if (follow) yield* followFile(opened, file, start, signal)
      else position = yield* readFrom(opened.handle, position, splitter)
      next = await nextAfter(opened, file, options)
      // What it got until it was put aside may have come after its end was read.
      if (!follow && next !== undefined) yield* readFrom(opened.handle, position, splitter)
      done = true
    } finally {
      await opened.handle.close()
      if (!done) await next?.handle.close()
    }
    opened = next
    start = 0
  }
}
