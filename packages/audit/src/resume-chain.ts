import { randomBytes } from 'node:crypto'
import { renameSync } from 'node:fs'
import { basename } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { filesAside, nextAsideName } from './audit-files.ts'
import type { Predecessor } from './audit-record.ts'
import { readHead } from './chain-head.ts'
import type { Link } from './chain.ts'
import { readLastLink, repairEnd } from './repair-end.ts'

/** How the chain goes on after a start. */
export interface Resumption {
  readonly link: Link
  /** Set if the file is a new one. */
  readonly predecessor: Predecessor | undefined
  /** Names and details of events that tell what the start found. */
  readonly findings: readonly (readonly [name: string, detail: string])[]
}

/** Moves a file to a name of its own, and says which. */
function putAside(file: string): string {
  const aside = nextAsideName(file, Date.now())
  renameSync(file, aside)
  return aside
}

/** The end of the newest file aside that has records of a chain: after a crash amid a rotation nothing came after it. */
function endOfFilesAside(file: string): Predecessor | undefined {
  for (const aside of filesAside(file).toReversed()) {
    const link = readLastLink(aside)
    if (link !== undefined) return { file: basename(aside), ...link }
  }
  return undefined
}

/** Where a new file goes on from: the newer of what the head knows and what stands in files aside. */
function beginAnew(file: string, head: Link | undefined): Resumption {
  const aside = endOfFilesAside(file)
  const known = head !== undefined && head.seq > (aside?.seq ?? 0) ? head : aside
  const predecessor = known ?? { seq: 0, chain: randomBytes(32).toString('hex') }
  return { link: predecessor, predecessor, findings: [] }
}

/** Reads where an earlier run left the chain; cuts off a torn record, and puts a file aside that does not end with one. */
export function resumeChain(file: string, logger: Logger): Resumption {
  const end = repairEnd(file)
  const head = readHead(file)
  if (end.state === 'empty') return beginAnew(file, head)
  const last = end.link ?? { seq: 0, chain: '' }
  const ahead = head !== undefined && head.seq > last.seq
  const link = end.link === undefined ? beginAnew(file, head).link : ahead ? head : end.link
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
  const aside = putAside(file)
  logger.warn('the audit file did not end with a record and was put aside', { aside })
  return { link, predecessor: { file: basename(aside), ...link }, findings }
}
