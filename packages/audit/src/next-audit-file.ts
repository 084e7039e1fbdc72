import { stat, type FileHandle } from 'node:fs/promises'
import { filesAside } from './audit-files.ts'
import type { AuditError } from './errors.ts'
import { openToRead } from './read-records.ts'

/** A file of an audit that is open. */
export interface OpenAuditFile {
  readonly handle: FileHandle
  /** What it was called when it was opened: what the host writes is put aside under another name later. */
  readonly path: string
}

/**
 * Opens the newest file of an audit: the one that is written or, if none has its name, the last that was put aside.
 *
 * @throws AuditError `unreadable`
 */
export async function openNewestFile(file: string): Promise<OpenAuditFile> {
  for (;;) {
    const current = await openIfThere(file)
    if (current !== undefined) return current
    const aside = filesAside(file).at(-1)
    const opened = aside === undefined ? { handle: await openToRead(file), path: file } : await openIfThere(aside)
    if (opened !== undefined) return opened
  }
}

async function openIfThere(path: string): Promise<OpenAuditFile | undefined> {
  try {
    return { handle: await openToRead(path), path }
  } catch (error) {
    const { cause } = error as AuditError
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whether a path names an open file. */
export async function isNamed(path: string, handle: FileHandle): Promise<boolean> {
  const [ours, theirs] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)])
  return theirs?.ino === ours.ino && theirs.dev === ours.dev
}

async function isSame(one: FileHandle, other: FileHandle): Promise<boolean> {
  const [first, second] = await Promise.all([one.stat(), other.stat()])
  return first.ino === second.ino && first.dev === second.dev
}

async function asideAfter(file: string, previous: OpenAuditFile | undefined): Promise<string | undefined> {
  const asides = filesAside(file)
  if (previous === undefined) return asides[0]
  if (previous.path !== file) return asides.find((path) => path > previous.path)
  for (let index = asides.length - 1; index >= 0; index -= 1) {
    const path = asides[index]
    if (path !== undefined && (await isNamed(path, previous.handle))) return asides[index + 1]
  }
  return undefined
}

/**
 * Opens the file of an audit that comes after another one, or the first; undefined if there is none. The host may rotate
 * meanwhile: no file is left out.
 *
 * @param previous - still open, so that nothing else can be taken for it
 * @throws AuditError `unreadable`
 */
export async function openNextFile(
  file: string,
  previous: OpenAuditFile | undefined,
): Promise<OpenAuditFile | undefined> {
  let before = previous
  for (;;) {
    // Opened before the others are listed: what is put aside later than that is this one, and not missed.
    const current = await openIfThere(file)
    const aside = await asideAfter(file, before)
    if (aside === undefined) {
      if (current === undefined || before === undefined || !(await isSame(current.handle, before.handle))) {
        return current
      }
      await current.handle.close()
      if (await isNamed(file, before.handle)) return undefined
      // It was put aside since it was opened here for a second time.
      continue
    }
    await current?.handle.close()
    const opened = await openIfThere(aside)
    if (opened !== undefined) return opened
    // It was removed since, as `keep` says.
    if (before === undefined) continue
    before = { handle: before.handle, path: aside }
  }
}
