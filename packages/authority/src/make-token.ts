import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

import { SignJWT, importJWK } from 'jose'

import { inTransaction } from './database.ts'
import { AuthorityError } from './errors.ts'
import type { EventOutbox } from './event-outbox.ts'
import type { AuthoritySecrets } from './secrets.ts'
import type { User } from './user.ts'

/** The client that stands in tokens made for scripts. */
export const SCRIPT_CLIENT_ID = 'toolgate-token'

const MAX_SECONDS = 90 * 24 * 60 * 60

/** What a token for a script is made from. */
export interface ScriptToken {
  readonly user: User
  readonly scopes: readonly string[]
  readonly ttlSeconds: number
  readonly issuer: string
  readonly resource: string
}

function requireLifetime(seconds: number): void {
  if (Number.isSafeInteger(seconds) && seconds > 0 && seconds <= MAX_SECONDS) return
  throw new AuthorityError('lifetime_invalid', 'A token lives 1 second to 90 days', 'Ask for less, for example 1h')
}

function requireAllowed({ name, scopes: allowed }: User, scopes: readonly string[]): void {
  const refused = allowed === 'all' ? [] : scopes.filter((scope) => !allowed.includes(scope))
  if (refused.length === 0) return
  throw new AuthorityError(
    'scopes_not_allowed',
    `User ${name} may not hold ${refused.join(' ')}`,
    'Leave these scopes out, or give them to the user first',
  )
}

/**
 * Makes an access token for a script, without a browser (RFC 9068). It has a grant of its own, so it falls with the user,
 * with the user's scopes and with its grant like any other.
 *
 * @throws {AuthorityError} `lifetime_invalid`, `scopes_not_allowed`
 */
export async function makeScriptToken(
  { user, scopes, ttlSeconds, issuer, resource }: ScriptToken,
  secrets: AuthoritySecrets,
  database: DatabaseSync,
  outbox: EventOutbox,
  clock: () => number,
): Promise<string> {
  requireLifetime(ttlSeconds)
  requireAllowed(user, scopes)
  const issuedAt = Math.floor(clock() / 1000)
  const expiresAt = issuedAt + ttlSeconds
  const grantId = randomUUID()
  const scope = [...new Set(scopes)].join(' ')
  const key = await importJWK(secrets.signingKey, 'ES256')
  const token = await new SignJWT({
    grant_id: grantId,
    username: user.name,
    client_id: SCRIPT_CLIENT_ID,
    ...(scope === '' ? {} : { scope }),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: secrets.signingKey.kid })
    .setIssuer(issuer)
    .setAudience(resource)
    .setSubject(user.subject)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(key)
  const payload = {
    kind: 'Grant',
    jti: grantId,
    iat: issuedAt,
    exp: expiresAt,
    accountId: user.subject,
    clientId: SCRIPT_CLIENT_ID,
    resources: { [resource]: scope },
  }
  const insert = database.prepare(
    `INSERT INTO records (model, id, payload, account_id, expires_at) VALUES ('Grant', ?, ?, ?, ?)`,
  )
  inTransaction(database, () => {
    insert.run(grantId, JSON.stringify(payload), user.subject, expiresAt)
    outbox.append({ type: 'token-made', user: user.name, subject: user.subject, grantId, scopes, expiresAt })
  })
  return token
}
