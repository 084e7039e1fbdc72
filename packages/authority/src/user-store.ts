import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

import { inTransaction, openDatabase } from './database.ts'
import { AuthorityError } from './errors.ts'
import { createEventOutbox } from './event-outbox.ts'
import type { EventOutbox } from './event-outbox.ts'
import { generatePassword, hashPassword, requireUsablePassword } from './password.ts'

/** The scopes that a user may hold: a list, or every scope that there is. */
export type AllowedScopes = readonly string[] | 'all'

/** Someone who may sign in. */
export interface User {
  /** `sub` of the user's tokens: random, never given to another. */
  readonly subject: string
  /** What the user signs in with. Case does not matter. */
  readonly name: string
  readonly scopes: AllowedScopes
  /** Whether the password was set anew since the user was added. */
  readonly passwordChanged: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Who may sign in, and for what. Changes act on the next call of a running host, whichever process makes them. */
export interface UserStore {
  /**
   * Adds a user; without a password a random one is made. Returns the password, to be shown once.
   *
   * @throws {AuthorityError} `user_exists`, `user_name_invalid`, `password_invalid`, `scopes_invalid`
   */
  add(user: { readonly name: string; readonly password?: string; readonly scopes: AllowedScopes }): {
    readonly password: string
  }
  /** All users, by name. */
  list(): readonly User[]
  get(name: string): User | undefined
  /** The user of that name. @throws {AuthorityError} `user_unknown` */
  require(name: string): User
  count(): number
  /** Removes a user with every sign-in, grant and token. @throws {AuthorityError} `user_unknown` */
  remove(name: string): void
  /** Tokens that hold a scope outside the new set are refused from the next call. @throws {AuthorityError} `user_unknown`, `scopes_invalid` */
  setScopes(name: string, scopes: AllowedScopes): void
  /** Ends every sign-in, grant and token of the user as well. @throws {AuthorityError} `user_unknown`, `password_invalid` */
  setPassword(name: string, password: string): void
  /** Ends every sign-in, grant and token of the user. @throws {AuthorityError} `user_unknown` */
  revoke(name: string): void
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/

/** One scope token (RFC 6749 section 3.3). */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/

function requireUsableName(name: string): void {
  if (NAME.test(name)) return
  throw new AuthorityError(
    'user_name_invalid',
    `${JSON.stringify(name.slice(0, 64))} cannot be a user name`,
    'Use 1 to 64 letters, digits and . _ @ + -, with a letter or digit first',
  )
}

function encodeScopes(scopes: AllowedScopes): string | null {
  if (scopes === 'all') return null
  const unusable = scopes.find((scope) => !SCOPE.test(scope))
  if (unusable === undefined) return JSON.stringify([...new Set(scopes)])
  throw new AuthorityError(
    'scopes_invalid',
    `${JSON.stringify(unusable)} cannot be a scope`,
    'Name scopes as tools do, for example notes:read',
  )
}

function unknownUser(name: string): AuthorityError {
  return new AuthorityError(
    'user_unknown',
    `There is no user ${JSON.stringify(name.slice(0, 64))}`,
    'See who there is with: toolgate user list',
  )
}

/** Reads the `scopes` column of a user. */
export function decodeScopes(column: unknown): AllowedScopes {
  return column === null ? 'all' : (JSON.parse(String(column)) as string[])
}

/** Reads a row of the table of users. */
export function userOfRow(row: Record<string, unknown>): User {
  return Object.freeze({
    subject: String(row['id']),
    name: String(row['name']),
    scopes: decodeScopes(row['scopes']),
    passwordChanged: row['password_changed'] === 1,
    createdAt: Number(row['created_at']),
  })
}

/**
 * The users in an open database; each change and its event are one transaction.
 *
 * @param clock milliseconds since the epoch
 * @param changed called after each change
 */
export function createUserStore(
  database: DatabaseSync,
  outbox: EventOutbox,
  clock: () => number,
  changed: () => void = () => undefined,
): UserStore {
  const select = database.prepare('SELECT * FROM users WHERE name = ?')
  const selectAll = database.prepare('SELECT * FROM users ORDER BY name')
  const selectCount = database.prepare('SELECT count(*) AS users FROM users')
  const insert = database.prepare('INSERT INTO users (id, name, password, scopes, created_at) VALUES (?, ?, ?, ?, ?)')
  const updateScopes = database.prepare('UPDATE users SET scopes = ? WHERE id = ?')
  const updatePassword = database.prepare('UPDATE users SET password = ?, password_changed = 1 WHERE id = ?')
  const deleteUser = database.prepare('DELETE FROM users WHERE id = ?')
  const deleteRecords = database.prepare('DELETE FROM records WHERE account_id = ?')

  const get = (name: string): User | undefined => {
    const row = select.get(name)
    return row === undefined ? undefined : userOfRow(row)
  }
  const require = (name: string): User => {
    const user = get(name)
    if (user === undefined) throw unknownUser(name)
    return user
  }
  const change = (name: string, work: (user: User) => void): void => {
    inTransaction(database, () => {
      work(require(name))
    })
    changed()
  }

  return {
    get,
    require,
    list: () => selectAll.all().map(userOfRow),
    count: () => Number(selectCount.get()?.['users']),
    add({ name, password = generatePassword(), scopes }) {
      requireUsableName(name)
      requireUsablePassword(password)
      const column = encodeScopes(scopes)
      const hash = hashPassword(password)
      const subject = randomUUID()
      inTransaction(database, () => {
        if (get(name) !== undefined) {
          throw new AuthorityError('user_exists', `There is a user ${name} already`, 'Choose another name')
        }
        insert.run(subject, name, hash, column, clock())
        outbox.append({ type: 'user-added', user: name, subject, scopes })
      })
      changed()
      return { password }
    },
    remove(name) {
      change(name, (user) => {
        deleteRecords.run(user.subject)
        deleteUser.run(user.subject)
        outbox.append({ type: 'user-removed', user: user.name, subject: user.subject })
      })
    },
    setScopes(name, scopes) {
      const column = encodeScopes(scopes)
      change(name, (user) => {
        updateScopes.run(column, user.subject)
        outbox.append({ type: 'user-changed', change: 'scopes', scopes, user: user.name, subject: user.subject })
      })
    },
    setPassword(name, password) {
      requireUsablePassword(password)
      const hash = hashPassword(password)
      change(name, (user) => {
        updatePassword.run(hash, user.subject)
        deleteRecords.run(user.subject)
        outbox.append({ type: 'user-changed', change: 'password', user: user.name, subject: user.subject })
      })
    },
    revoke(name) {
      change(name, (user) => {
        deleteRecords.run(user.subject)
        outbox.append({ type: 'grant-revoked', reason: 'all grants of the user', user: user.name })
      })
    },
  }
}

/**
 * Opens the users of a data folder on their own, for the command line: the host may run meanwhile, sees a change at its
 * next call, and audits it.
 *
 * @throws {AuthorityError} `data_folder_unusable`, `database_newer`
 */
export function openUserStore(dataFolder: string): UserStore & { close(): void } {
  const database = openDatabase(dataFolder)
  const outbox = createEventOutbox(database, Date.now)
  return {
    ...createUserStore(database, outbox, Date.now),
    close: () => {
      database.close()
    },
  }
}
