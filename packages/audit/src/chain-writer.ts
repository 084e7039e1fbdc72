import { randomBytes } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { openAppendFile, type AppendFile } from './append-file.ts'
import { asideName } from './audit-files.ts'
import type { AuditRecord, Predecessor } from './audit-record.ts'
import { openHead, readHead } from './chain-head.ts'
import { chainLine, type Link } from './chain.ts'
import { repairEnd } from './repair-end.ts'
import { eventRecord, fileBegunRecord, serializeRecord } from './serialize-record.ts'
import { syncFolder } from './sync-folder.ts'

/** What appends records to the chain of one audit. */
export interface ChainWriter {
  /**
   * Hands the record to the kernel before it returns.
   *
   * @throws AuditError `unwritable`: then the chain is as it was
   */
  append(record: AuditRecord): void
  /**
   * Waits until all that was appended is on the disk.
   *
   * @throws AuditError `unwritable`
   */
  commit(): Promise<undefined>
  close(): Promise<void>
}

/** Moves a file to a name of its own, and says which. */
function putAside(file: string): string {
  const now = new Date()
  let count = 0
  while (existsSync(asideName(file, now, count))) count += 1
  const aside = asideName(file, now, count)
  renameSync(file, aside)
  return aside
}

/** How the chain goes on after a start. */
interface Resumption {
  readonly link: Link
  /** Set if the file is a new one. */
  readonly predecessor: Predecessor | undefined
  /** Names and details of events that tell what the start found. */
  readonly findings: readonly (readonly [name: string, detail: string])[]
}

function resume(file: string, logger: Logger): Resumption {
  const end = repairEnd(file)
  const head = readHead(file)
  const last = end.link ?? { seq: 0, chain: '' }
  const ahead = head !== undefined && head.seq > last.seq
  const link = ahead ? head : (end.link ?? head ?? { seq: 0, chain: randomBytes(32).toString('hex') })
  const findings: (readonly [string, string])[] = []
  if (end.repairedBytes > 0) {
    findings.push(['torn-line-repaired', `${String(end.repairedBytes)} bytes after record ${String(last.seq)}`])
  }
  if (end.link !== undefined && ahead) {
    logger.error('audit records are missing', { after: last.seq, upTo: head.seq, file })
    findings.push(['records-missing', `after record ${String(last.seq)} up to record ${String(head.seq)}`])
  }
  if (end.state === 'chained') return { link, predecessor: undefined, findings }
  // Nothing is put after what is no record; it is kept, for a person to look at.
  const aside = end.state === 'empty' ? undefined : putAside(file)
  if (aside !== undefined) logger.warn('the audit file did not end with a record and was put aside', { aside })
  return { link, predecessor: aside === undefined ? link : { ...link, file: basename(aside) }, findings }
}

/**
 * Opens the chain of an audit where an earlier run left it: cuts off a torn record, and records that it did; puts a file
 * aside that does not end with a record. The names of the files are on the disk before the first record is written.
 *
 * `onFailure` is told once that a sync failed; from then on every `append` throws.
 *
 * @throws AuditError `unwritable`
 */
export function openChain(file: string, logger: Logger, onFailure: (cause: Error) => void): ChainWriter {
  const { link: start, predecessor, findings } = resume(file, logger)
  let link = start
  const head = openHead(file, link)
  const lines: AppendFile = openAppendFile(file, {
    begin: () => link,
    synced: (mark: Link) => {
      head.note(mark)
    },
    failed: onFailure,
  })
  syncFolder(dirname(file))
  const append = (record: AuditRecord): void => {
    const next = chainLine(serializeRecord(record), link)
    lines.append(next.line)
    link = next.link
  }
  const now = (): string => new Date().toISOString()
  if (predecessor !== undefined) append(fileBegunRecord(predecessor, now()))
  for (const [name, detail] of findings) append(eventRecord({ name, detail }, now()))
  return {
    append,
    commit: () => lines.commit(),
    async close() {
      try {
        await lines.close()
      } finally {
        head.close()
      }
    },
  }
}
