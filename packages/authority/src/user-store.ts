import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

import type { AuthorityEventBody } from './authority-event.ts'
import { inTransaction, openDatabase } from './database.ts'
import { AuthorityError } from './errors.ts'
import { createEventOutbox } from './event-outbox.ts'
import type { EventOutbox } from './event-outbox.ts'
import { generatePassword, hashPassword, requireUsablePassword } from './password.ts'
import { userOfRow } from './user.ts'
import type { AllowedScopes, User } from './user.ts'

/** Who may sign in, and for what. Changes act on the next call of a running host, whichever process makes them. */
export interface UserStore {
  /**
   * Adds a user; without a password a random one is made. Returns the password, to be shown once.
   *
   * `provisional` says that others may see the password, so that it must be changed: see {@link User.passwordChanged}.
   *
   * @throws {AuthorityError} `user_exists`, `user_name_invalid`, `password_invalid`, `scopes_invalid`
   */
  add(user: {
    readonly name: string
    readonly password?: string
    readonly scopes: AllowedScopes
    readonly provisional?: boolean
  }): { readonly password: string }
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

/** A user as events name it. */
interface Who {
  readonly user: string
  readonly subject: string
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

function existingUser(name: string): AuthorityError {
  return new AuthorityError('user_exists', `There is a user ${name} already`, 'Choose another name')
}

interface NewRow {
  readonly subject: string
  readonly name: string
  readonly hash: string
  readonly passwordChanged: boolean
  readonly column: string | null
  readonly createdAt: number
}

interface UserTable {
  get(name: string): User | undefined
  require(name: string): User
  list(): readonly User[]
  count(): number
  insert(user: NewRow): void
  updateScopes(user: User, column: string | null): void
  updatePassword(user: User, hash: string): void
  remove(user: User): void
  /** Deletes the user's sign-ins, codes and grants, and with the grants every token. */
  removeRecords(user: User): void
}

function openTable(database: DatabaseSync): UserTable {
  const select = database.prepare('SELECT * FROM users WHERE name = ?')
  const selectAll = database.prepare('SELECT * FROM users ORDER BY name')
  const selectCount = database.prepare('SELECT count(*) AS users FROM users')
  const insert = database.prepare(
    'INSERT INTO users (id, name, password, password_changed, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const updateScopes = database.prepare('UPDATE users SET scopes = ? WHERE id = ?')
  const updatePassword = database.prepare('UPDATE users SET password = ?, password_changed = 1 WHERE id = ?')
  const remove = database.prepare('DELETE FROM users WHERE id = ?')
  const removeRecords = database.prepare('DELETE FROM records WHERE account_id = ?')
  const get = (name: string): User | undefined => {
    const row = select.get(name)
    return row === undefined ? undefined : userOfRow(row)
  }
  return {
    get,
    require(name) {
      const user = get(name)
      if (user === undefined) throw unknownUser(name)
      return user
    },
    list: () => selectAll.all().map(userOfRow),
    count: () => Number(selectCount.get()?.['users']),
    insert: ({ subject, name, hash, passwordChanged, column, createdAt }) =>
      void insert.run(subject, name, hash, passwordChanged ? 1 : 0, column, createdAt),
    updateScopes: ({ subject }, column) => void updateScopes.run(column, subject),
    updatePassword: ({ subject }, hash) => void updatePassword.run(hash, subject),
    remove: ({ subject }) => void remove.run(subject),
    removeRecords: ({ subject }) => void removeRecords.run(subject),
  }
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
  const table = openTable(database)
  const change = (work: () => AuthorityEventBody): void => {
    inTransaction(database, () => {
      outbox.append(work())
    })
    changed()
  }
  const changeUser = (name: string, work: (user: User, who: Who) => AuthorityEventBody): void => {
    change(() => {
      const user = table.require(name)
      return work(user, { user: user.name, subject: user.subject })
    })
  }

  return {
    get: (name) => table.get(name),
    require: (name) => table.require(name),
    list: () => table.list(),
    count: () => table.count(),
    add({ name, password = generatePassword(), scopes, provisional = false }) {
      requireUsableName(name)
      requireUsablePassword(password)
      const subject = randomUUID()
      const column = encodeScopes(scopes)
      const hash = hashPassword(password)
      change(() => {
        if (table.get(name) !== undefined) throw existingUser(name)
        table.insert({ subject, name, hash, passwordChanged: !provisional, column, createdAt: clock() })
        return { type: 'user-added', user: name, subject, scopes }
      })
      return { password }
    },
    ...createChanges(table, changeUser),
  }
}

function createChanges(
  table: UserTable,
  changeUser: (name: string, work: (user: User, who: Who) => AuthorityEventBody) => void,
): Pick<UserStore, 'remove' | 'setScopes' | 'setPassword' | 'revoke'> {
  return {
    remove(name) {
      changeUser(name, (user, who) => {
        table.removeRecords(user)
        table.remove(user)
        return { type: 'user-removed', ...who }
      })
    },
    setScopes(name, scopes) {
      const column = encodeScopes(scopes)
      changeUser(name, (user, who) => {
        table.updateScopes(user, column)
        return { type: 'user-changed', change: 'scopes', scopes, ...who }
      })
    },
    setPassword(name, password) {
      requireUsablePassword(password)
      const hash = hashPassword(password)
      changeUser(name, (user, who) => {
        table.updatePassword(user, hash)
        table.removeRecords(user)
        return { type: 'user-changed', change: 'password', ...who }
      })
    },
    revoke(name) {
      changeUser(name, (user, who) => {
        table.removeRecords(user)
        return { type: 'grant-revoked', reason: 'all grants of the user', ...who }
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
