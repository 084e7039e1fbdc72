import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { AuthorityError } from './errors.ts'

/** The database's name in the data folder. */
export const databaseName = 'authority.db'

const SCHEMA_VERSION = 1

/** How long a statement waits for another process that writes, in milliseconds. */
const BUSY_MS = 5_000

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password TEXT NOT NULL,
    password_changed INTEGER NOT NULL DEFAULT 0,
    scopes TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS records (
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    grant_id TEXT,
    account_id TEXT,
    uid TEXT,
    expires_at INTEGER,
    PRIMARY KEY (model, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS records_by_grant ON records (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS records_by_account ON records (account_id) WHERE account_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS records_by_uid ON records (uid) WHERE uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${String(SCHEMA_VERSION)};
`

function createOwnFile(file: string): void {
  // SQLite gives its -wal and -shm files the mode of the database, so that one is made with the right mode first.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}

/** Runs `work` in one write transaction: all of it stands, or nothing. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

/**
 * Opens (on first use: makes, with mode 0600) the authority's database `authority.db`. It may be open in several
 * processes at once (WAL), and each sees what the others committed at its next statement.
 *
 * @throws {AuthorityError} `data_folder_unusable`, `database_newer`
 */
export function openDatabase(dataFolder: string): DatabaseSync {
  const file = join(dataFolder, databaseName)
  let database: DatabaseSync
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
    createOwnFile(file)
    database = new DatabaseSync(file, { timeout: BUSY_MS })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;')
  } catch (cause) {
    throw new AuthorityError(
      'data_folder_unusable',
      `The authority's database cannot be opened in ${dataFolder}`,
      'Make the folder writable for the user that runs the host, or set TOOLGATE_DATA to another one',
      { cause },
    )
  }
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version > SCHEMA_VERSION) {
    database.close()
    throw new AuthorityError(
      'database_newer',
      `The authority's database in ${dataFolder} was written by a newer version`,
      'Run that version, or restore a back-up of the folder from before it',
    )
  }
  if (version < SCHEMA_VERSION) inTransaction(database, () => database.exec(SCHEMA))
  return database
}
