import type { DatabaseSync } from 'node:sqlite'

import type { JWTPayload } from 'jose'

import { decodeScopes } from './user.ts'

/** Past this many different scope sets the parsed ones are forgotten. */
const MAX_PARSED = 1_000

/**
 * Whether the tokens of this authority still stand. It is asked on every request, so it is one indexed look-up in the
 * database, which sees what any process committed before.
 *
 * Checks: the grant exists and has not expired; it is the subject's; the user exists; every scope of the token is among
 * those that the user may hold now.
 * Does NOT check: signature, issuer, audience, time and type of the token. That came before.
 *
 * @param clock milliseconds since the epoch
 */
export function createStanding(database: DatabaseSync, clock: () => number): (claims: JWTPayload) => boolean {
  const find = database.prepare(
    `SELECT records.expires_at, users.scopes FROM records JOIN users ON users.id = records.account_id
     WHERE records.model = 'Grant' AND records.id = ? AND records.account_id = ?`,
  )
  const parsed = new Map<string, ReadonlySet<string>>()

  const allowedScopes = (column: string): ReadonlySet<string> => {
    const held = parsed.get(column)
    if (held !== undefined) return held
    const scopes = new Set(decodeScopes(column))
    if (parsed.size >= MAX_PARSED) parsed.clear()
    parsed.set(column, scopes)
    return scopes
  }

  return ({ grant_id: grantId, sub, scope = '' }) => {
    if (typeof grantId !== 'string' || typeof sub !== 'string' || typeof scope !== 'string') return false
    const row = find.get(grantId, sub)
    if (row === undefined) return false
    const { expires_at: expiresAt, scopes } = row
    if (typeof expiresAt === 'number' && expiresAt * 1000 <= clock()) return false
    if (scopes === null) return true
    const allowed = allowedScopes(String(scopes))
    return scope.split(' ').every((item) => item === '' || allowed.has(item))
  }
}
