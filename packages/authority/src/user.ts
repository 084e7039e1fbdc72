import type { SQLOutputValue } from 'node:sqlite'

/** The scopes that a user may hold: a list, or every scope that there is. */
export type AllowedScopes = readonly string[] | 'all'

/** Someone who may sign in. */
export interface User {
  /** `sub` of the user's tokens: random, never given to another. */
  readonly subject: string
  /** What the user signs in with. Case does not matter. */
  readonly name: string
  readonly scopes: AllowedScopes
  /** False for a password that others may have seen on the first start, until another is set. */
  readonly passwordChanged: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Reads the `scopes` column of a user. */
export function decodeScopes(column: string | null): AllowedScopes {
  return column === null ? 'all' : (JSON.parse(column) as string[])
}

/** Reads a row of the table of users. */
export function userOfRow(row: Record<string, SQLOutputValue>): User {
  return Object.freeze({
    subject: String(row['id']),
    name: String(row['name']),
    scopes: decodeScopes(typeof row['scopes'] === 'string' ? row['scopes'] : null),
    passwordChanged: row['password_changed'] === 1,
    createdAt: Number(row['created_at']),
  })
}
