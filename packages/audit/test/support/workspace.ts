import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import {
  openAudit,
  readAudit,
  type Audit,
  type AuditRecord,
  type DecisionEntry,
  type ReadAuditOptions,
  type RotateOptions,
} from '../../src/index.ts'

/** A folder of one test's own, with an audit's paths in it and a logger that remembers its errors. */
export interface Workspace {
  readonly folder: string
  readonly file: string
  readonly keyFile: string
  readonly errors: string[]
  readonly logger: Logger
  open(durability?: 'process' | 'disk', rotate?: RotateOptions): Promise<Audit>
  remove(): void
}

/** Makes a {@link Workspace}; the state folder in it does not exist yet. */
export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'toolgate-audit-'))
  const file = join(folder, 'state', 'audit.ndjson')
  const keyFile = join(folder, 'state', 'audit.key')
  const errors: string[] = []
  const quiet = (): void => undefined
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (message: string) => void errors.push(message) }
  return {
    folder,
    file,
    keyFile,
    errors,
    logger,
    open: (durability = 'process', rotate) => openAudit({ file, keyFile, durability, rotate, logger }),
    remove() {
      rmSync(folder, { recursive: true })
    },
  }
}

/** The decision of an allowed call, with what a test wants to say instead. */
export function decisionEntry(changes: Partial<DecisionEntry> = {}): DecisionEntry {
  return {
    requestId: 'request-1',
    issuer: 'https://issuer.example',
    subject: 'alice',
    clientId: 'client-1',
    clientName: 'a client',
    clientVersion: '1.2.3',
    protocolRevision: '2026-07-28',
    tool: 'notes_search',
    plugin: 'notes',
    requirement: [['notes:read']],
    held: ['notes:read'],
    effect: 'allow',
    reason: 'alternative 1 of 1 holds',
    missing: [],
    catalogueGeneration: 'generation',
    policyHash: 'policy',
    argumentsHash: 'hash',
    ...changes,
  }
}

/** The records of a file. */
export async function recordsOf(file: string, options?: ReadAuditOptions): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of readAudit(file, options)) records.push(record)
  return records
}
