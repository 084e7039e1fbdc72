import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, fstatSync, linkSync, openSync, readFileSync, closeSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { AuditError } from './errors.ts'
import { syncFolder } from './sync-folder.ts'

const KEY_BYTES = 32

function createKey(keyFile: string): void {
  const draft = `${keyFile}.${randomUUID()}`
  try {
    writeFileSync(draft, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx', flush: true })
    chmodSync(draft, 0o600)
    // A link appears whole or not at all, and never replaces the key of a process that was faster.
    linkSync(draft, keyFile)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  syncFolder(dirname(keyFile))
}

function openKey(keyFile: string): number {
  try {
    return openSync(keyFile, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    createKey(keyFile)
    return openSync(keyFile, 'r')
  }
}

/**
 * A key of this host, such as the one of the argument hashes: 32 random bytes in a file of mode 0600, made on first use.
 *
 * @throws AuditError `unwritable`, `bad_key` if the file has another length, or group or others may read it
 */
export function loadKey(keyFile: string): Buffer {
  const fd = openKey(keyFile)
  try {
    if (process.platform !== 'win32' && (fstatSync(fd).mode & 0o077) !== 0) {
      throw new AuditError('bad_key', `${keyFile} may be read by others: chmod 600 it`)
    }
    const key = readFileSync(fd)
    if (key.length !== KEY_BYTES) {
      const length = `${String(key.length)} bytes long, not ${String(KEY_BYTES)}`
      throw new AuditError('bad_key', `${keyFile} is ${length}: restore it, or remove it for a new key`)
    }
    return key
  } finally {
    closeSync(fd)
  }
}
