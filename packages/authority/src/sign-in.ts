import type { DatabaseSync } from 'node:sqlite'

import { createAttemptLimit } from './attempt-limit.ts'
import { addressKeyOf } from '@toolgate/auth'
import { verifyPassword } from './password.ts'
import { userOfRow } from './user.ts'
import type { User } from './user.ts'

/** What came of a sign-in. `user` of a refusal is there only when such a user exists: it is for the log, not for the page. */
export type SignInResult =
  | { readonly outcome: 'signed-in'; readonly user: User }
  | { readonly outcome: 'wrong'; readonly user: string | undefined }
  | { readonly outcome: 'throttled'; readonly user: string | undefined; readonly retryAfterSeconds: number }

const WINDOW_SECONDS = 5 * 60
const ATTEMPTS_PER_ACCOUNT = 10
const ATTEMPTS_PER_ADDRESS = 50

/**
 * Verifies names and passwords. An attempt counts before the work is done, so many at once do not slip through, and a
 * good one is given back. An unknown user costs the same work and gets the same answer as a wrong password.
 *
 * @param clock milliseconds since the epoch
 */
export function createSignIn(
  database: DatabaseSync,
  clock: () => number,
): (name: string, password: string, address: string) => Promise<SignInResult> {
  const select = database.prepare('SELECT * FROM users WHERE name = ?')
  const byAccount = createAttemptLimit(ATTEMPTS_PER_ACCOUNT, WINDOW_SECONDS, clock)
  const byAddress = createAttemptLimit(ATTEMPTS_PER_ADDRESS, WINDOW_SECONDS, clock)

  return async (name, password, address) => {
    const account = name.slice(0, 64).toLowerCase()
    const place = addressKeyOf(address)
    const row = select.get(account)
    const user = row === undefined ? undefined : userOfRow(row)
    const retryAfterSeconds = byAddress.take(place) || byAccount.take(account)
    if (retryAfterSeconds > 0) return { outcome: 'throttled', user: user?.name, retryAfterSeconds }
    const stored = row === undefined ? undefined : String(row['password'])
    if (!(await verifyPassword(password, stored)) || user === undefined) return { outcome: 'wrong', user: user?.name }
    byAccount.giveBack(account)
    byAddress.giveBack(place)
    return { outcome: 'signed-in', user }
  }
}
