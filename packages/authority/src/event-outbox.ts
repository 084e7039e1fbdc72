import type { DatabaseSync } from 'node:sqlite'

import type { AuthorityEvent, AuthorityEventBody } from './authority-event.ts'

/** Events that wait in the database for the host that audits them, whichever process made them. */
export interface EventOutbox {
  /** Adds an event; inside a transaction it stands or falls with the change it tells of. */
  append(event: AuthorityEventBody): void
  /** Hands over what waits, oldest first. An event is gone only when `onEvent` has returned. */
  drain(onEvent: (event: AuthorityEvent) => void): void
}

/** The outbox of one open database. `clock` gives milliseconds since the epoch. */
export function createEventOutbox(database: DatabaseSync, clock: () => number): EventOutbox {
  const insert = database.prepare('INSERT INTO events (event) VALUES (?)')
  const oldest = database.prepare('SELECT id, event FROM events ORDER BY id LIMIT 100')
  const remove = database.prepare('DELETE FROM events WHERE id = ?')
  return {
    append(event) {
      insert.run(JSON.stringify({ ...event, at: clock() }))
    },
    drain(onEvent) {
      for (let rows = oldest.all(); rows.length > 0; rows = oldest.all()) {
        for (const row of rows) {
          onEvent(JSON.parse(String(row['event'])) as AuthorityEvent)
          remove.run(row['id'] ?? null)
        }
      }
    },
  }
}
