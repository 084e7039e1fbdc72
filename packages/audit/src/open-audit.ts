import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { acquireLock } from './acquire-lock.ts'
import type { DecisionEntry, EventEntry, OutcomeEntry } from './audit-record.ts'
import { canonicalJson } from './canonical-json.ts'
import { openChain, type ChainWriter } from './chain-writer.ts'
import { AuditError } from './errors.ts'
import { loadKey } from './load-key.ts'
import { makeFolder } from './make-folder.ts'
import { decisionRecord, eventRecord, outcomeRecord } from './serialize-record.ts'

/** The audit of one host. */
export interface Audit {
  /**
   * Hands the decision to the kernel before it returns. Call it before the tool starts.
   *
   * @returns with `disk`, what settles when the disk has it (rejects with AuditError `unwritable`): nothing may run before
   * @throws AuditError `unwritable`: then nothing may run
   */
  decision(entry: DecisionEntry): Promise<undefined> | undefined
  /**
   * Hands the outcome to the kernel before it returns. Call it before the answer leaves.
   *
   * @returns as `decision`: the answer may not leave before
   * @throws AuditError `unwritable`
   */
  outcome(entry: OutcomeEntry): Promise<undefined> | undefined
  /**
   * Records what is no tool call.
   *
   * @throws AuditError `unwritable`
   */
  event(entry: EventEntry): void
  /**
   * HMAC-SHA256, base64url, of the canonical JSON of a call's arguments (`undefined` counts as `{}`): equal arguments
   * can be told equal, and without the key guessed arguments cannot be confirmed.
   */
  hashArguments(args: unknown): string
  /** Waits until every record is on the disk, closes the file and lets go of it. */
  close(): Promise<void>
}

/** What `openAudit` needs. */
export interface AuditOptions {
  /** Absolute path of the NDJSON file. Missing folders are made with mode 0700. */
  readonly file: string
  /** Absolute path of the key of the argument hashes. */
  readonly keyFile: string
  /**
   * `process`: a record survives the death of this process as soon as the call that wrote it returns, and a power cut
   * about 5 ms later, when the disk has it. `disk`: decisions and outcomes wait for the disk, in groups.
   */
  readonly durability: 'process' | 'disk'
  readonly logger: Logger
}

function openFile(file: string, logger: Logger): ChainWriter {
  const existing = statSync(file, { throwIfNoEntry: false })
  if (existing !== undefined && !existing.isFile()) throw new AuditError('unwritable', `${file} is not a regular file`)
  return openChain(file, logger, (error) => {
    logger.error('the audit is unwritable: no tool runs until the host is started again', {
      error: error.message,
      file,
    })
  })
}

/**
 * Opens the audit file for this process alone, and the key of the argument hashes.
 *
 * @throws AuditError `in_use`, `bad_key` or `unwritable`
 */
export async function openAudit({ file, keyFile, durability, logger }: AuditOptions): Promise<Audit> {
  if (!['process', 'disk'].includes(durability)) throw new TypeError(`unknown durability: ${durability}`)
  await makeFolder(dirname(file))
  await makeFolder(dirname(keyFile))
  const release = acquireLock(file)
  try {
    return createAudit(openFile(file, logger), durability, createSecretKey(loadKey(keyFile)), release)
  } catch (error) {
    release()
    throw error
  }
}

function createAudit(
  lines: ChainWriter,
  durability: AuditOptions['durability'],
  key: KeyObject,
  release: () => void,
): Audit {
  const committed = (): Promise<undefined> | undefined => {
    if (durability === 'process') return undefined
    const done = lines.commit()
    // Who gave up on the call for another reason waits no more; the failure is logged where it is found.
    done.catch(() => undefined)
    return done
  }
  const now = (): string => new Date().toISOString()
  return Object.freeze({
    decision(entry) {
      lines.append(decisionRecord(entry, now()))
      return committed()
    },
    outcome(entry) {
      lines.append(outcomeRecord(entry, now()))
      return committed()
    },
    event(entry) {
      lines.append(eventRecord(entry, now()))
    },
    hashArguments(args) {
      return createHmac('sha256', key)
        .update(canonicalJson(args ?? {}))
        .digest('base64url')
    },
    async close() {
      try {
        await lines.close()
      } finally {
        release()
      }
    },
  } satisfies Audit)
}
