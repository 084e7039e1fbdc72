import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { HostError } from '../errors.ts'

/** The database's name in the data folder. */
const databaseName = 'tasks.db'
const schemaVersion = 1

// The indexes hold all that is counted and removed by: a row is as long as its result, and to read its end is to read it all.
const schema = `
  CREATE TABLE IF NOT EXISTS tasks (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    caller TEXT NOT NULL,
    tool TEXT NOT NULL,
    arguments TEXT NOT NULL,
    demanded TEXT NOT NULL,
    request_id TEXT NOT NULL,
    status TEXT NOT NULL,
    message TEXT,
    result TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS tasks_usage ON tasks (caller, status, bytes);
  CREATE INDEX IF NOT EXISTS tasks_past ON tasks (expires_at, bytes);
  PRAGMA user_version = ${String(schemaVersion)};
`

function makeOwnFile(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // SQLite gives its further files the mode of the database, so that one is made with the right mode first.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}

/**
 * Opens (on first use: makes, with mode 0600) `tasks.db` for this process alone: another host would take the tasks that run here for
 * lost ones. What is deleted is overwritten.
 *
 * @param folder in memory if there is none
 *
 * @throws HostError `tasks-unusable`
 */
export function openTaskDatabase(folder: string | undefined): DatabaseSync {
  const file = folder === undefined ? ':memory:' : join(folder, databaseName)
  let database: DatabaseSync | undefined
  try {
    if (folder !== undefined) makeOwnFile(folder, file)
    database = new DatabaseSync(file, { timeout: 0 })
    // Of a new file: a result of megabytes is written, and overwritten, in a tenth of the pages.
    database.exec(`
      PRAGMA page_size = 32768; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;
    `)
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version > schemaVersion) throw new TypeError('it was written by a newer version')
    database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`)
    return database
  } catch (cause) {
    database?.close()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HostError(
      'tasks-unusable',
      `The tasks cannot be kept in ${file}: ${why}. Make the folder writable, stop the other host that uses it, or set TOOLGATE_DATA to another one`,
      [],
      { cause },
    )
  }
}
