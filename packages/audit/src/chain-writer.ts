import { rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { openAppendFile, type AppendFile } from './append-file.ts'
import { nextAsideName } from './audit-files.ts'
import type { AuditRecord, Predecessor } from './audit-record.ts'
import { openHead, type ChainHead } from './chain-head.ts'
import { chainLine, type Link } from './chain.ts'
import { AuditError } from './errors.ts'
import { removeOldest } from './remove-oldest.ts'
import { readFirstRecord } from './repair-end.ts'
import { resumeChain } from './resume-chain.ts'
import type { RotateOptions } from './rotate-options.ts'
import { eventRecord, fileBegunRecord, serializeRecord } from './serialize-record.ts'
import { swapFiles } from './swap-files.ts'
import { syncFolder } from './sync-folder.ts'
import { dayOf } from './time-stamp.ts'
import { TurnBatch } from './turn-batch.ts'

const RETRY_ROTATION_MS = 60_000

/** What a chain is opened with. */
export interface ChainOptions {
  /** Absolute path of the file that is written. */
  readonly file: string
  readonly logger: Logger
  /** Never, by default. */
  readonly rotate?: RotateOptions | undefined
  /** Told once that a sync failed; from then on every `append` throws. */
  readonly onFailure: (cause: Error) => void
}

/** One file of the chain. */
interface Segment {
  readonly lines: AppendFile
  /** The last record in it, or before it. */
  written: Link
  /** The last record, those that wait to be written included. */
  last: Link
  /** UTC day of its first record. */
  day: string
  bytes: number
  /** Whether it is part of the chain yet: a draft is none. */
  live: boolean
}

function now(): string {
  return new Date().toISOString()
}

/** What appends records to the chain of one audit. */
export class ChainWriter {
  readonly #options: ChainOptions
  readonly #head: ChainHead
  #segment: Segment
  #failure: Error | undefined
  #rotateFrom = -Infinity
  readonly #batch = new TurnBatch((lines) => {
    this.#writeBatch(lines)
  })
  readonly #retired = new Set<Promise<void>>()

  /**
   * Opens the chain of an audit where an earlier run left it: cuts off a torn record, and records that it did; puts a file
   * aside that does not end with a record; ends a rotation that a crash cut short. The names of the files are on the disk
   * before the first record is written.
   *
   * @throws AuditError `unwritable`
   */
  constructor(options: ChainOptions) {
    this.#options = options
    const { file, logger } = options
    const { link, predecessor, findings } = resumeChain(file, logger)
    rmSync(this.#draft(), { force: true })
    this.#head = openHead(file, link)
    this.#segment = this.#open(file, link, true)
    syncFolder(dirname(file))
    if (predecessor !== undefined) this.#write(fileBegunRecord(predecessor, now()))
    this.#segment.day = dayOf(readFirstRecord(file)?.time ?? now())
    for (const [name, detail] of findings) this.#write(eventRecord({ name, detail }, now()))
  }

  /**
   * Hands the record to the kernel at the end of this turn of the event loop, together with all others of it.
   *
   * @returns what settles when the kernel has it; rejects with AuditError `unwritable`: then the chain is as it was
   * @throws AuditError `unwritable` if that is known already
   */
  append(record: AuditRecord): Promise<undefined> {
    return this.appendText(serializeRecord(record), record.time)
  }

  /** The same for a record that `serializeRecord` made a line of. */
  appendText(text: string, time: string): Promise<undefined> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#isRotationDue(time)) this.#rotate()
    const segment = this.#segment
    const { line, link } = chainLine(text, segment.last)
    segment.last = link
    return this.#batch.add(line)
  }

  /**
   * Hands the record, and all that wait, to the kernel before it returns.
   *
   * @throws AuditError `unwritable`: then the chain is as it was
   */
  appendNow(record: AuditRecord): void {
    void this.append(record)
    const error = this.#batch.flush()
    if (error !== undefined) throw error
  }

  /**
   * Waits until all that was written is on the disk.
   *
   * @throws AuditError `unwritable`
   */
  commit(): Promise<undefined> {
    // What stands in earlier files was on the disk before this one was begun.
    return this.#segment.lines.commit()
  }

  /** Waits until everything is on the disk, and closes the files. */
  async close(): Promise<void> {
    this.#batch.flush()
    this.#failure ??= new AuditError('unwritable', `${this.#options.file} is closed`)
    // Who waits for the disk asks for it in reaction to what was just written.
    await Promise.resolve()
    try {
      await this.#segment.lines.close()
      await Promise.all(this.#retired)
    } finally {
      this.#head.close()
    }
  }

  #draft(): string {
    return `${this.#options.file}.new`
  }

  #open(file: string, last: Link, live: boolean): Segment {
    const lines = openAppendFile(file, {
      begin: () => segment.written,
      synced: (mark: Link) => {
        if (segment.live) this.#head.note(mark)
      },
      failed: (cause) => {
        this.#fail(cause)
      },
    })
    const segment: Segment = { lines, written: last, last, day: '', bytes: lines.size(), live }
    return segment
  }

  #fail(cause: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = cause
    this.#options.onFailure(cause)
  }

  /** Writes a record past the batch, while that is empty. */
  #write(record: AuditRecord, segment = this.#segment): void {
    const { line, link } = chainLine(serializeRecord(record), segment.last)
    segment.bytes += segment.lines.append(line)
    segment.last = segment.written = link
  }

  #writeBatch(lines: string): void {
    const segment = this.#segment
    try {
      segment.bytes += segment.lines.append(lines)
      segment.written = segment.last
    } catch (error) {
      segment.last = segment.written
      throw error
    }
  }

  #isRotationDue(time: string): boolean {
    const { bytes = Infinity, daily = false } = this.#options.rotate ?? {}
    const segment = this.#segment
    if (segment.bytes + this.#batch.length < bytes && !(daily && dayOf(time) > segment.day)) return false
    if (performance.now() < this.#rotateFrom) return false
    // What waits was meant for this file.
    this.#batch.flush()
    // Someone else may have cut the file.
    segment.bytes = segment.lines.size()
    return segment.bytes >= bytes || (daily && dayOf(time) > segment.day)
  }

  /**
   * Puts the file aside and begins a new one. What can fail while the old file has its name does so before: then the old
   * one is gone on with, and rotation is tried again in a minute.
   *
   * @throws AuditError `unwritable` if the old file cannot be synced, or the names of the files
   */
  #rotate(): void {
    const { file, logger, rotate } = this.#options
    const old = this.#segment
    old.lines.settle()
    let aside: string
    let next: Segment | undefined
    try {
      aside = nextAsideName(file, Date.now())
      const named = old.lines.isAt(file) ? { file: basename(aside) } : {}
      next = this.#begin({ ...named, ...old.last })
      swapFiles({ file, draft: this.#draft(), aside })
    } catch (error) {
      this.#retire(next)
      this.#rotateFrom = performance.now() + RETRY_ROTATION_MS
      logger.error('the audit cannot be rotated; the file grows on', { file, error: String(error) })
      if (this.#failure !== undefined) throw this.#failure
      return
    }
    this.#segment = next
    this.#retire(old)
    try {
      syncFolder(dirname(file))
    } catch (error) {
      this.#fail(error as Error)
      throw error
    }
    next.live = true
    this.#head.note(next.last)
    logger.info('the audit was rotated', { aside })
    if (rotate?.keep !== undefined) this.#removeOldest(rotate.keep)
  }

  /** Begins a file under another name; its first record is on the disk when this returns. */
  #begin(predecessor: Predecessor): Segment {
    const time = now()
    rmSync(this.#draft(), { force: true })
    const segment = this.#open(this.#draft(), predecessor, false)
    segment.day = dayOf(time)
    try {
      this.#write(fileBegunRecord(predecessor, time), segment)
      segment.lines.settle()
    } catch (error) {
      this.#retire(segment)
      throw error
    }
    return segment
  }

  #removeOldest(keep: number): void {
    const { file, logger } = this.#options
    try {
      removeOldest(file, keep, (removed) => {
        this.#write(eventRecord({ name: 'file-removed', detail: removed }, now()))
        this.#segment.lines.settle()
      })
    } catch (error) {
      logger.error('an old file of the audit cannot be removed', { file, error: String(error) })
    }
  }

  /** Closes a file once who waits for it has been told. */
  #retire(segment: Segment | undefined): void {
    if (segment === undefined) return
    const closing = segment.lines
      .close()
      .catch((error: unknown) => {
        this.#fail(error as Error)
      })
      .finally(() => this.#retired.delete(closing))
    this.#retired.add(closing)
  }
}
