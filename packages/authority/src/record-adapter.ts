import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'

import { errors } from 'oidc-provider'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/** A registered client that never got a grant is dropped after this many seconds. */
export const UNUSED_CLIENT_SECONDS = 24 * 60 * 60

function payloadOf(row: Record<string, SQLOutputValue> | undefined): AdapterPayload | undefined {
  return row === undefined ? undefined : (JSON.parse(String(row['payload'])) as AdapterPayload)
}

/** Whether a client's tokens are bound is this server's setting of now, not of when the client was registered. */
function withoutSettings(model: string, payload: AdapterPayload): AdapterPayload {
  if (model !== 'Client') return payload
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'dpop_bound_access_tokens'))
}

/**
 * Where the provider keeps its sessions, interactions, codes, grants and clients: one table, a row per record.
 * What has expired is never found again, purged or not.
 *
 * @param clock milliseconds since the epoch
 */
export function createRecordAdapter(database: DatabaseSync, clock: () => number): AdapterFactory {
  const now = (): number => Math.floor(clock() / 1000)
  const live = '(expires_at IS NULL OR expires_at > ?)'
  const upsert = database.prepare(
    `INSERT INTO records (model, id, payload, grant_id, account_id, uid, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
       account_id = excluded.account_id, uid = excluded.uid, expires_at = excluded.expires_at`,
  )
  const find = database.prepare(`SELECT payload FROM records WHERE model = ? AND id = ? AND ${live}`)
  const findByUid = database.prepare(`SELECT payload FROM records WHERE uid = ? AND model = ? AND ${live}`)
  const consume = database.prepare(
    `UPDATE records SET payload = json_set(payload, '$.consumed', ?)
     WHERE model = ? AND id = ? AND json_extract(payload, '$.consumed') IS NULL`,
  )
  const destroy = database.prepare('DELETE FROM records WHERE model = ? AND id = ?')
  const revoke = database.prepare('DELETE FROM records WHERE grant_id = ? AND model = ?')

  const adapterFor = (model: string): Adapter => ({
    upsert(id, payload, expiresIn) {
      const seconds = expiresIn ?? (model === 'Client' ? UNUSED_CLIENT_SECONDS : undefined)
      const { grantId = null, accountId = null } = payload
      const uid = model === 'Session' ? (payload.uid ?? null) : null
      const expiresAt = seconds === undefined ? null : now() + seconds
      upsert.run(model, id, JSON.stringify(withoutSettings(model, payload)), grantId, accountId, uid, expiresAt)
      return Promise.resolve()
    },
    find: (id) => Promise.resolve(payloadOf(find.get(model, id, now()))),
    findByUid: (uid) => Promise.resolve(payloadOf(findByUid.get(uid, model, now()))),
    findByUserCode: () => Promise.resolve(undefined),
    consume(id) {
      // The provider reads `consumed` and sets it in two steps; of two exchanges at once only one may pass here.
      if (consume.run(now(), model, id).changes === 1) return Promise.resolve()
      return Promise.reject(new errors.InvalidGrant('already consumed'))
    },
    destroy(id) {
      destroy.run(model, id)
      return Promise.resolve()
    },
    revokeByGrantId(grantId) {
      revoke.run(grantId, model)
      return Promise.resolve()
    },
  })
  return (model) => adapterFor(model)
}

/** Upkeep of the records beside what the provider asks for. */
export interface RecordUpkeep {
  /** Deletes what has expired. */
  readonly purge: () => void
  /** Keeps a client for good: someone gave it a grant. */
  readonly keepClient: (clientId: string) => void
  /** Deletes the oldest clients without a grant beyond `max`. */
  readonly capUnusedClients: (max: number) => void
}

/** @param clock milliseconds since the epoch */
export function createRecordUpkeep(database: DatabaseSync, clock: () => number): RecordUpkeep {
  const purge = database.prepare('DELETE FROM records WHERE expires_at <= ?')
  const keep = database.prepare(`UPDATE records SET expires_at = NULL WHERE model = 'Client' AND id = ?`)
  const cap = database.prepare(
    `DELETE FROM records WHERE model = 'Client' AND id IN (
       SELECT id FROM records WHERE model = 'Client' AND expires_at IS NOT NULL
       ORDER BY expires_at DESC, json_extract(payload, '$.client_id_issued_at') DESC LIMIT -1 OFFSET ?)`,
  )
  return {
    purge: () => void purge.run(Math.floor(clock() / 1000)),
    keepClient: (clientId) => void keep.run(clientId),
    capUnusedClients: (max) => void cap.run(max),
  }
}
