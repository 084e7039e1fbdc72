import type { IncomingMessage } from 'node:http'
import type { DatabaseSync } from 'node:sqlite'

import type { AuthorityOptions } from './authority.ts'
import { peerAddressOf } from './client-address.ts'
import { openDatabase } from './database.ts'
import { createEventOutbox } from './event-outbox.ts'
import type { EventOutbox } from './event-outbox.ts'
import { createRecordUpkeep } from './record-adapter.ts'
import type { RecordUpkeep } from './record-adapter.ts'
import { loadSecrets } from './secrets.ts'
import type { AuthoritySecrets } from './secrets.ts'

/** How soon changes that another process made are audited. */
const DRAIN_MS = 1_000
const PURGE_MS = 10 * 60 * 1_000

/** Everything that stays open while the authority is. */
export interface AuthorityParts {
  readonly options: AuthorityOptions
  readonly issuer: URL
  readonly secrets: AuthoritySecrets
  readonly database: DatabaseSync
  readonly outbox: EventOutbox
  readonly upkeep: RecordUpkeep
  readonly clock: () => number
  readonly addressOf: (req: IncomingMessage) => string
  /** Hands waiting events to the audit; throws what it throws. */
  readonly flush: () => void
}

/**
 * Opens database and keys.
 *
 * @throws {AuthorityError} `data_folder_unusable`, `keys_unreadable`, `database_newer`
 */
export async function openParts(options: AuthorityOptions): Promise<AuthorityParts> {
  const { resource, dataFolder, onEvent, clock = Date.now, addressOf = peerAddressOf } = options
  const database = openDatabase(dataFolder)
  try {
    const secrets = await loadSecrets(dataFolder)
    const outbox = createEventOutbox(database, clock)
    const upkeep = createRecordUpkeep(database, clock)
    const flush = (): void => {
      if (onEvent !== undefined) outbox.drain(onEvent)
    }
    return {
      options,
      issuer: new URL(new URL(resource).origin),
      secrets,
      database,
      outbox,
      upkeep,
      clock,
      addressOf,
      flush,
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/** Begins to purge and to hand over events in the background. Returns what ends it. */
export function startUpkeep({ options: { logger }, upkeep, flush }: AuthorityParts): () => void {
  const attempt = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      logger.error('upkeep of the authority failed; it is tried again', { error })
    }
  }
  attempt(upkeep.purge)
  const drain = setInterval(() => attempt(flush), DRAIN_MS).unref()
  const purge = setInterval(() => attempt(upkeep.purge), PURGE_MS).unref()
  return () => {
    clearInterval(drain)
    clearInterval(purge)
    attempt(flush)
  }
}
