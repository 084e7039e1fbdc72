import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { filesAside } from './audit-files.ts'
import type { AuditRecord, Predecessor } from './audit-record.ts'
import { AuditError } from './errors.ts'
import { ChainCheck, type ChainFault, type Position } from './chain-check.ts'
import { readHead } from './chain-head.ts'
import { readChainedLine, type ChainedLine, type Link } from './chain.ts'
import { parseRecord } from './parse-record.ts'
import { readLines } from './read-lines.ts'

/** How often files are read that a rotation moved while they were. */
const ATTEMPTS = 100

/** What to verify. */
export type VerifyAuditOptions =
  /** All of an audit: from the beginning, or what was removed by rotation, up to where the chain is known to have got. */
  | { readonly audit: string }
  /** These files alone, in any order: whatever was before the first record and after the last is not asked for. */
  | { readonly files: readonly string[] }

/** What was found. */
export interface Verification {
  readonly files: readonly string[]
  readonly records: number
  /** Number of the first record. */
  readonly first: number
  /** Number of the last record that rotation removed, as a later record says; 0 if none is missing for that. */
  readonly removed: number
  /** To be kept elsewhere: a later verification of honest files comes by it. */
  readonly last: Link
  readonly faults: readonly ChainFault[]
}

interface Beginning {
  readonly file: string
  readonly seq: number
  readonly predecessor: Predecessor | undefined
}

async function beginningOf(file: string): Promise<Beginning | undefined> {
  for await (const { text = '' } of readLines(file)) {
    const line = readChainedLine(text)
    if (line !== undefined) return { file, seq: line.seq, predecessor: predecessorOf(parseRecord(text)) }
  }
  return undefined
}

function predecessorOf(record: AuditRecord | undefined): Predecessor | undefined {
  const found: unknown = record?.type === 'event' && record.name === 'file-begun' ? record.predecessor : undefined
  if (typeof found !== 'object' || found === null) return undefined
  const { seq, chain } = found as Record<string, unknown>
  return typeof seq === 'number' && typeof chain === 'string' ? (found as Predecessor) : undefined
}

/** Judges lines one behind, so that each is seen with its successor. */
async function check(files: readonly string[], chain: ChainCheck, removed: Set<string>): Promise<void> {
  let held: { readonly line: ChainedLine; readonly position: Position } | undefined
  for (const file of files) {
    for await (const { text, line, whole } of readLines(file)) {
      const position = { file, line }
      const chained = text === undefined ? undefined : readChainedLine(text)
      // A line without its newline is one that the host is just writing.
      if (!whole) continue
      if (chained === undefined || text === undefined) {
        chain.unreadable(position)
        continue
      }
      if (text.includes('"file-removed"')) noteRemoved(parseRecord(text), removed)
      if (held !== undefined) chain.push(held.line, chained, held.position)
      held = { line: chained, position }
    }
  }
  if (held !== undefined) chain.push(held.line, undefined, held.position)
}

function noteRemoved(record: AuditRecord | undefined, removed: Set<string>): void {
  if (record?.type === 'event' && record.name === 'file-removed' && record.detail !== undefined) {
    removed.add(record.detail)
  }
}

/** The files of an audit, and what tells that another one has been put aside or removed meanwhile. */
function listFiles(file: string): { readonly files: readonly string[]; readonly state: string } {
  const current = statSync(file, { throwIfNoEntry: false })
  const asides = filesAside(file)
  const files = current === undefined ? asides : [...asides, file]
  return { files, state: JSON.stringify([...files, String(current?.ino)]) }
}

/**
 * Recomputes the chain of an audit and tells every record that was changed, is missing or stands in another place. Order
 * of the files does not matter. The host may write and rotate meanwhile.
 *
 * Does NOT check: whether someone who may write the files made a whole new chain. Keep `last` elsewhere for that.
 *
 * @throws AuditError `unreadable`
 */
export async function verifyAudit(options: VerifyAuditOptions): Promise<Verification> {
  if ('files' in options) return judge(options.files, undefined)
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { files, state } = listFiles(options.audit)
    // Asked only of what went wrong: a rotation while the files were read may be all that it is.
    const isMoved = (): boolean => listFiles(options.audit).state !== state
    try {
      // The head is read before the files: what the host writes meanwhile comes after it.
      const found = await judge(files, { head: readHead(options.audit) })
      if (found.faults.length === 0 || !isMoved()) return found
    } catch (error) {
      if (!isMoved()) throw error
    }
  }
  throw new AuditError(
    'unreadable',
    `${options.audit} is rotated faster than it can be read: verify it when less is written`,
  )
}

/** Judges files in the order of their records; as a `whole` audit they have to reach from its beginning to its head. */
async function judge(
  files: readonly string[],
  whole: { readonly head: Link | undefined } | undefined,
): Promise<Verification> {
  const beginnings = await Promise.all(files.map(beginningOf))
  const ordered = beginnings.filter((found) => found !== undefined).sort((a, b) => a.seq - b.seq)
  const [first] = ordered
  const rest = files.filter((file) => !ordered.some((found) => found.file === file))
  const unknown = whole === undefined ? { seq: (first?.seq ?? 1) - 1, chain: undefined } : { seq: 0, chain: '' }
  const before = first?.predecessor ?? unknown
  const chain = new ChainCheck(before, whole?.head)
  const removed = new Set<string>()
  await check([...ordered.map(({ file }) => file), ...rest], chain, removed)
  const faults = chain.finish()
  const begunLater = whole !== undefined && before.seq > 0
  const known = isRemoved(first?.predecessor, removed)
  return {
    files: files.map((file) => basename(file)),
    records: chain.count,
    first: first?.seq ?? 0,
    removed: begunLater && known ? before.seq : 0,
    last: chain.last,
    faults: begunLater && !known ? [{ kind: 'missing', seq: 1, lastSeq: before.seq }, ...faults] : faults,
  }
}

function isRemoved(predecessor: Predecessor | undefined, removed: ReadonlySet<string>): boolean {
  return predecessor?.file !== undefined && removed.has(predecessor.file)
}
