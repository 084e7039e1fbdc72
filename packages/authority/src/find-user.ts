import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

import { databaseName } from './database.ts'
import { AuthorityError } from './errors.ts'
import { userOfRow } from './user.ts'
import type { User } from './user.ts'

/**
 * A user by name, whose case does not matter; undefined if there is none, or no database yet. Only reads: nothing is made
 * and nothing changes, and the host may run meanwhile.
 *
 * @throws {AuthorityError} `data_folder_unusable`
 */
export function findUser(dataFolder: string, name: string): User | undefined {
  const file = join(dataFolder, databaseName)
  if (!existsSync(file)) return undefined
  try {
    const database = new DatabaseSync(placeOf(file), { readOnly: true, timeout: 5_000 })
    try {
      const row = database.prepare('SELECT * FROM users WHERE name = ?').get(name)
      return row === undefined ? undefined : userOfRow(row)
    } finally {
      database.close()
    }
  } catch (cause) {
    throw new AuthorityError(
      'data_folder_unusable',
      `The users in ${dataFolder} cannot be read`,
      'Run this as the user that runs the host',
      { cause },
    )
  }
}

/** A reader too would leave files beside a database that nobody has open; `immutable` keeps it from that. */
function placeOf(file: string): string | URL {
  if (existsSync(`${file}-wal`)) return file
  const place = pathToFileURL(file)
  place.searchParams.set('immutable', '1')
  return place
}
