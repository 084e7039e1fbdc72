import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { AuditError } from './errors.ts'

const SQLITE_BUSY = 5

function createPrivately(lockFile: string): void {
  try {
    closeSync(openSync(lockFile, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/**
 * Claims a file for this process until the process ends, however it ends.
 *
 * The claim is an exclusive lock that the kernel holds on `FILE.lock`, through SQLite, which is Node's one way to such a
 * lock. A crash lets go of it, so there is no stale lock to tell from a held one by process ids, which mean nothing
 * across containers that share a volume.
 *
 * @returns what lets go of the claim
 * @throws AuditError `in_use`
 */
export function acquireLock(file: string): () => void {
  const lockFile = `${file}.lock`
  createPrivately(lockFile)
  const database = new DatabaseSync(lockFile, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause
    throw new AuditError(
      'in_use',
      `another process writes ${file}: stop it if it is this host, else give this one a TOOLGATE_DATA or an audit.file of its own`,
      { cause },
    )
  }
  return () => {
    database.close()
  }
}
