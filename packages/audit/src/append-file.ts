import {
  closeSync,
  constants,
  fchmodSync,
  fdatasyncSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { AuditError } from './errors.ts'
import { GroupSync, type SyncWatch } from './group-sync.ts'

const NEWLINE = 0x0a

/** A file that only grows, by whole lines. */
export interface AppendFile {
  /**
   * Hands one line, or several with newlines between them, and a newline to the kernel before it returns. What got there of
   * lines that failed is cut off again before the next ones.
   *
   * @returns how many bytes that was
   * @throws AuditError `unwritable` if any byte of it did not get there, or an earlier sync failed
   */
  append(lines: string): number
  /**
   * Waits until all that was appended is on the disk.
   *
   * @throws AuditError `unwritable`
   */
  commit(): Promise<undefined>
  /**
   * Leaves whole lines alone in the file, and all of them on the disk, before it returns: for a file that gets no more.
   *
   * @throws AuditError `unwritable`
   */
  settle(): void
  /** Bytes in the file; looked up, since someone else may have cut it. */
  size(): number
  /** Whether a path names this file: it may have been renamed, and another one put in its place. */
  isAt(file: string): boolean
  /** Waits until everything is on the disk, and closes the file. */
  close(): Promise<void>
}

/** Writes whole lines. */
interface LineWriter {
  /** Returns the number of bytes. */
  write(lines: string): number
  /** Cuts off what got to the file of lines that failed; the next `write` does so too. */
  trim(): void
}

function lineWriter(fd: number): LineWriter {
  let buffer = Buffer.allocUnsafeSlow(16_384)
  let torn = 0
  const trim = (): void => {
    // Someone else may have cut the file meanwhile, so its end is looked up.
    if (torn > 0) ftruncateSync(fd, Math.max(0, fstatSync(fd).size - torn))
    torn = 0
  }
  return {
    trim,
    write(lines) {
      if (lines.length * 3 + 1 > buffer.length) buffer = Buffer.allocUnsafeSlow(lines.length * 4)
      const end = buffer.write(lines)
      buffer[end] = NEWLINE
      trim()
      let written = 0
      try {
        while (written <= end) written += writeSync(fd, buffer, written, end + 1 - written)
      } catch (cause) {
        torn = written
        throw cause
      }
      return written
    },
  }
}

/** Opens for appending; an existing file that everybody may read is closed to others. */
function openPrivately(file: string): number {
  const fd = openSync(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600)
  const stat = fstatSync(fd)
  if (stat.isFile() && (stat.mode & 0o007) !== 0) fchmodSync(fd, stat.mode & 0o770)
  return fd
}

function isSameFile(fd: number, file: string): boolean {
  const named = statSync(file, { throwIfNoEntry: false })
  const own = fstatSync(fd)
  return named?.ino === own.ino && named.dev === own.dev
}

function unsynced(file: string, cause: unknown): AuditError {
  return new AuditError('unwritable', `${file} could not be synced to the disk: ${String(cause)}`, { cause })
}

async function finish<Mark>(fd: number, watch: SyncWatch<Mark>): Promise<void> {
  try {
    const mark = watch.begin()
    await promisify(fdatasync)(fd)
    watch.synced(mark)
  } finally {
    closeSync(fd)
  }
}

/**
 * Opens a file for appending (O_APPEND), created with mode 0600; an existing one that everybody may read is closed to
 * others. Its last line must be whole. After a failed sync every `append` throws.
 */
export function openAppendFile<Mark>(file: string, watch: SyncWatch<Mark>): AppendFile {
  const fd = openPrivately(file)
  const lines = lineWriter(fd)
  let failure: AuditError | undefined
  let closed = false
  const failed = (cause: Error): AuditError => {
    failure = unsynced(file, cause)
    watch.failed(failure)
    return failure
  }
  const sync = new GroupSync(fd, { ...watch, failed })

  return {
    append(added) {
      if (failure !== undefined) throw failure
      let bytes: number
      try {
        bytes = lines.write(added)
      } catch (cause) {
        throw new AuditError('unwritable', `${file} could not be written: ${String(cause)}`, { cause })
      }
      sync.schedule()
      return bytes
    },
    commit: () =>
      sync.commit().catch((cause: unknown) => {
        throw unsynced(file, cause)
      }),
    settle() {
      if (failure !== undefined) throw failure
      const mark = watch.begin()
      try {
        lines.trim()
        fdatasyncSync(fd)
      } catch (cause) {
        throw failed(cause as Error)
      }
      watch.synced(mark)
    },
    size: () => fstatSync(fd).size,
    isAt: (path) => isSameFile(fd, path),
    async close() {
      if (closed) return
      closed = true
      failure ??= new AuditError('unwritable', `${file} is closed`)
      await sync.stop()
      await finish(fd, watch)
    },
  }
}
