import { closeSync, fsyncSync, openSync } from 'node:fs'
import { AuditError } from './errors.ts'

// What file systems answer that keep names safe in another way, or not at all.
const CANNOT_SYNC = ['EINVAL', 'ENOTSUP']

/**
 * Forces the names in a folder to the disk (fsync): a file that was made or renamed in it is found after a power cut. Does
 * nothing on Windows, which opens no folder, and where the file system cannot.
 *
 * @throws AuditError `unwritable`
 */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  try {
    const fd = openSync(folder, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    if (CANNOT_SYNC.includes((cause as NodeJS.ErrnoException).code ?? '')) return
    throw new AuditError(
      'unwritable',
      `the folder ${folder} could not be synced to the disk: let the host read it, or put the audit in another one (${String(cause)})`,
      { cause },
    )
  }
}
