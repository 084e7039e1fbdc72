import type { Audit } from './open-audit.ts'
import { canonicalJson } from './canonical-json.ts'
import { createKeyedHash } from './keyed-hash.ts'
import { loadKey } from './load-key.ts'
import { decisionRecord, outcomeRecord, serializeRecord } from './serialize-record.ts'
import { createTimeStamp } from './time-stamp.ts'

/** A record on its way to the process that keeps the file. */
export interface HandedRecord {
  /** One JSON object on one line. */
  readonly line: string
  /** The request that it lets run, or the one that is over with it. */
  readonly begins?: string
  readonly ends?: string
}

/** What an audit needs whose file another process keeps. */
export interface HandedAuditOptions {
  /** Absolute path of the key of the argument hashes. */
  readonly keyFile: string
  /** Settles when the record is where it has to be; throws or rejects with AuditError `unwritable`. */
  readonly hand: (record: HandedRecord) => Promise<undefined>
}

/**
 * The audit of a process that serves calls and keeps no file: each record is made here and handed on, and counts once that has settled.
 * An event of an authorization server has no place in it: such a server runs in the process that keeps the file.
 *
 * @throws AuditError `bad_key` or `unwritable`
 */
export function createHandedAudit({ keyFile, hand }: HandedAuditOptions): Audit {
  const keyedHash = createKeyedHash(loadKey(keyFile))
  const now = createTimeStamp()
  return Object.freeze({
    decision(entry) {
      const line = serializeRecord(decisionRecord(entry, now()))
      return hand(entry.effect === 'allow' ? { line, begins: entry.requestId } : { line })
    },
    outcome(entry) {
      return hand({ line: serializeRecord(outcomeRecord(entry, now())), ends: entry.requestId })
    },
    event() {
      throw new TypeError('events are recorded by the process that keeps the audit file')
    },
    hashArguments: (args) => keyedHash(canonicalJson(args ?? {})),
    close: () => Promise.resolve(),
  } satisfies Audit)
}
