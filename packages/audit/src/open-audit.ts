import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { acquireLock } from './acquire-lock.ts'
import type { DecisionEntry, EventEntry, OutcomeEntry } from './audit-record.ts'
import { canonicalJson } from './canonical-json.ts'
import { ChainWriter } from './chain-writer.ts'
import { AuditError } from './errors.ts'
import { createKeyedHash } from './keyed-hash.ts'
import { loadKey } from './load-key.ts'
import { makeFolder } from './make-folder.ts'
import { requireRotateOptions, type RotateOptions } from './rotate-options.ts'
import { decisionRecord, eventRecord, outcomeRecord } from './serialize-record.ts'
import { createTimeStamp } from './time-stamp.ts'

/** The audit of one host. */
export interface Audit {
  /**
   * Records a decision. Call it before the tool starts. The records of one turn of the event loop are written together, at its end.
   *
   * @returns what settles when the kernel has it or, with `disk`, the disk (rejects with AuditError `unwritable`): nothing may run before
   * @throws AuditError `unwritable` if that is known already: then nothing may run
   */
  decision(entry: DecisionEntry): Promise<undefined>
  /**
   * Records an outcome. Call it before the answer leaves.
   *
   * @returns as `decision`: the answer may not leave before
   * @throws AuditError `unwritable` if that is known already
   */
  outcome(entry: OutcomeEntry): Promise<undefined>
  /**
   * Records what is no tool call: the kernel has it when this returns.
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

/** The audit of one host whose records are made by several processes; this one keeps the file. */
export interface SharedAudit extends Audit {
  /**
   * Takes a record that another process made, as {@link Audit.decision} does one of its own.
   *
   * @param line as `HandedRecord` has it
   * @throws AuditError `unwritable` if that is known already; TypeError for what is no line
   */
  take(line: string): Promise<undefined>
}

/** What `openAudit` needs. */
export interface AuditOptions {
  /** Absolute path of the NDJSON file. Missing folders are made with mode 0700. */
  readonly file: string
  /** Absolute path of the key of the argument hashes. */
  readonly keyFile: string
  /**
   * `process`: a record survives the death of this process as soon as the promise for it settles, and a power cut when the
   * disk has it, at most about a second later. `disk`: decisions and outcomes wait for the disk, in groups.
   */
  readonly durability: 'process' | 'disk'
  /** When a new file begins; never by default. */
  readonly rotate?: RotateOptions | undefined
  readonly logger: Logger
}

function openFile({ file, logger, rotate }: AuditOptions): ChainWriter {
  const existing = statSync(file, { throwIfNoEntry: false })
  if (existing !== undefined && !existing.isFile()) throw new AuditError('unwritable', `${file} is not a regular file`)
  const onFailure = (error: Error): void => {
    logger.error('the audit is unwritable: no tool runs until the host is started again', {
      error: error.message,
      file,
    })
  }
  return new ChainWriter({ file, logger, rotate, onFailure })
}

/**
 * Opens the audit file for this process alone, and the key of the argument hashes.
 *
 * @throws AuditError `in_use`, `bad_key` or `unwritable`
 * @throws {TypeError} for options that cannot be meant
 */
export function openAudit(options: AuditOptions): Promise<Audit> {
  return openSharedAudit(options)
}

/**
 * The same for a host whose records several processes make.
 *
 * @throws as `openAudit`
 */
export async function openSharedAudit(options: AuditOptions): Promise<SharedAudit> {
  const { file, keyFile, durability, rotate } = options
  if (rotate !== undefined) requireRotateOptions(rotate)
  if (!['process', 'disk'].includes(durability)) throw new TypeError(`unknown durability: ${durability}`)
  await makeFolder(dirname(file))
  await makeFolder(dirname(keyFile))
  const release = acquireLock(file)
  try {
    return createAudit(openFile(options), durability, createKeyedHash(loadKey(keyFile)), release)
  } catch (error) {
    release()
    throw error
  }
}

/** A newline in it would be another record, outside of the chain. */
function requireLine(line: string): void {
  const isLine = line.startsWith('{"type":"') && line.endsWith('}') && !line.includes('\n')
  if (!isLine) throw new TypeError('a record is one JSON object on one line')
}

function createAudit(
  lines: ChainWriter,
  durability: AuditOptions['durability'],
  keyedHash: (text: string) => string,
  release: () => void,
): SharedAudit {
  const kept = (written: Promise<undefined>): Promise<undefined> => {
    if (durability === 'process') return written
    const done = written.then(() => lines.commit())
    // Who gave up on the call for another reason waits no more; the failure is logged where it is found.
    done.catch(() => undefined)
    return done
  }
  const now = createTimeStamp()
  return Object.freeze({
    decision(entry) {
      return kept(lines.append(decisionRecord(entry, now())))
    },
    outcome(entry) {
      return kept(lines.append(outcomeRecord(entry, now())))
    },
    take(line) {
      requireLine(line)
      return kept(lines.appendText(line, now()))
    },
    event(entry) {
      lines.appendNow(eventRecord(entry, now()))
    },
    hashArguments(args) {
      return keyedHash(canonicalJson(args ?? {}))
    },
    async close() {
      try {
        await lines.close()
      } finally {
        release()
      }
    },
  } satisfies SharedAudit)
}
