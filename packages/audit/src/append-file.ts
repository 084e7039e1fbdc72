import { closeSync, constants, fchmodSync, fdatasync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { AuditError } from './errors.ts'
import { GroupSync, type SyncWatch } from './group-sync.ts'

const NEWLINE = 0x0a

/** A file that only grows, line by line. */
export interface AppendFile {
  /**
   * Hands the line and its newline to the kernel before it returns. What got there of a line that failed is cut off again
   * before the next one.
   *
   * @throws AuditError `unwritable` if any byte of it did not get there, or an earlier sync failed
   */
  append(line: string): void
  /**
   * Waits until all that was appended is on the disk.
   *
   * @throws AuditError `unwritable`
   */
  commit(): Promise<undefined>
  /** Bytes in the file. */
  size(): number
  /** Waits until everything is on the disk, and closes the file. */
  close(): Promise<void>
}

/** Writes whole lines; what got to the file of one that failed is cut off again before the next. */
function lineWriter(fd: number): (line: string) => number {
  let buffer = Buffer.allocUnsafeSlow(16_384)
  let torn = 0
  return (line) => {
    if (line.length * 3 + 1 > buffer.length) buffer = Buffer.allocUnsafeSlow(line.length * 4)
    const end = buffer.write(line)
    buffer[end] = NEWLINE
    // Someone else may have cut the file meanwhile, so its end is looked up.
    if (torn > 0) ftruncateSync(fd, Math.max(0, fstatSync(fd).size - torn))
    torn = 0
    let written = 0
    try {
      while (written <= end) written += writeSync(fd, buffer, written, end + 1 - written)
    } catch (cause) {
      torn = written
      throw cause
    }
    return written
  }
}

/**
 * Opens a file for appending (O_APPEND), created with mode 0600; an existing one that everybody may read is closed to
 * others. Its last line must be whole. After a failed sync every `append` throws.
 */
export function openAppendFile<Mark>(file: string, watch: SyncWatch<Mark>): AppendFile {
  const fd = openSync(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600)
  const stat = fstatSync(fd)
  if (stat.isFile() && (stat.mode & 0o007) !== 0) fchmodSync(fd, stat.mode & 0o770)
  const write = lineWriter(fd)
  let failure: AuditError | undefined
  let closed = false
  let { size } = stat
  const unwritable = (cause: unknown): AuditError =>
    new AuditError('unwritable', `${file} could not be synced to the disk: ${String(cause)}`, { cause })
  const failed = (cause: Error): void => {
    failure = unwritable(cause)
    watch.failed(failure)
  }
  const sync = new GroupSync(fd, { ...watch, failed })

  return {
    append(line) {
      if (failure !== undefined) throw failure
      try {
        size += write(line)
      } catch (cause) {
        throw new AuditError('unwritable', `${file} could not be written: ${String(cause)}`, { cause })
      }
      sync.schedule()
    },
    commit: () =>
      sync.commit().catch((cause: unknown) => {
        throw unwritable(cause)
      }),
    size: () => size,
    async close() {
      if (closed) return
      closed = true
      failure ??= new AuditError('unwritable', `${file} is closed`)
      await sync.stop()
      try {
        const mark = watch.begin()
        await promisify(fdatasync)(fd)
        watch.synced(mark)
      } finally {
        closeSync(fd)
      }
    },
  }
}
