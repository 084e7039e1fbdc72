import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { AuditError } from './errors.ts'

const SYNC_INTERVAL_MS = 5
const NEWLINE = 0x0a

/** A file that only grows, line by line. */
export interface AppendFile {
  /**
   * Hands the line and its newline to the kernel before it returns.
   *
   * @throws AuditError `unwritable` if any byte of it did not get there, or an earlier sync failed
   */
  append(line: string): void
  /** Waits until everything is on the disk, and closes the file. */
  close(): Promise<void>
}

function endsInsideLine(fd: number, size: number): boolean {
  const last = Buffer.of(NEWLINE)
  if (size > 0) readSync(fd, last, 0, 1, size - 1)
  return last[0] !== NEWLINE
}

/** Syncs in the background, at most once per interval; what fails is told once and ends the use of the file. */
function backgroundSync(fd: number, onFailure: (cause: Error) => void) {
  let timer: NodeJS.Timeout | undefined
  let running = false
  let wanted = false
  let idle = Promise.withResolvers<undefined>()
  idle.resolve(undefined)

  const start = (): void => {
    timer = undefined
    wanted = false
    running = true
    idle = Promise.withResolvers()
    fdatasync(fd, (cause) => {
      running = false
      idle.resolve(undefined)
      if (cause !== null) onFailure(cause)
      else if (wanted) schedule()
    })
  }
  const schedule = (): void => {
    wanted = true
    if (!running) timer ??= setTimeout(start, SYNC_INTERVAL_MS).unref()
  }
  return {
    schedule,
    async stop(): Promise<void> {
      wanted = false
      clearTimeout(timer)
      await idle.promise
    },
  }
}

/**
 * Opens a file for appending (O_APPEND), created with mode 0600; an existing one that everybody may read is closed to
 * others. If a crash cut its last line short, a new line is begun, so that no record is glued to the rest of another.
 *
 * `onFailure` is told once that a sync failed: the kernel may then have dropped records that it had taken, so every
 * later `append` throws.
 */
export function openAppendFile(file: string, onFailure: (error: AuditError) => void): AppendFile {
  const fd = openSync(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600)
  const stat = fstatSync(fd)
  if (stat.isFile() && (stat.mode & 0o007) !== 0) fchmodSync(fd, stat.mode & 0o770)
  let buffer = Buffer.allocUnsafeSlow(16_384)
  let torn = endsInsideLine(fd, stat.size)
  let failure: AuditError | undefined
  let closed = false

  const sync = backgroundSync(fd, (cause) => {
    failure = new AuditError('unwritable', `${file} could not be synced to the disk: ${cause.message}`, { cause })
    onFailure(failure)
  })

  return {
    append(line) {
      if (failure !== undefined) throw failure
      if (line.length * 3 + 2 > buffer.length) buffer = Buffer.allocUnsafeSlow(line.length * 4)
      const start = torn ? buffer.write('\n') : 0
      const end = start + buffer.write(line, start)
      buffer[end] = NEWLINE
      let written = 0
      try {
        while (written <= end) written += writeSync(fd, buffer, written, end + 1 - written)
        torn = false
      } catch (cause) {
        if (written > 0) torn = true
        throw new AuditError('unwritable', `${file} could not be written: ${String(cause)}`, { cause })
      }
      sync.schedule()
    },
    async close() {
      if (closed) return
      closed = true
      failure ??= new AuditError('unwritable', `${file} is closed`)
      await sync.stop()
      try {
        fdatasyncSync(fd)
      } finally {
        closeSync(fd)
      }
    },
  }
}
