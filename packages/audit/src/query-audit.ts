import { hasAudit } from './audit-files.ts'
import type { AuditRecord, DecisionEntry } from './audit-record.ts'
import { readAudit } from './read-audit.ts'

/** What is looked for; every key that is set must hold. */
export interface AuditQuery {
  /** Subjects of a call or users of an event, of which one must be its own: one person may be known by several. */
  readonly subjects?: readonly string[] | undefined
  /** Client id, or what the client calls itself. */
  readonly client?: string | undefined
  readonly tool?: string | undefined
  readonly decision?: DecisionEntry['effect'] | undefined
  readonly since?: Date | undefined
  /** Excluded itself. */
  readonly until?: Date | undefined
}

function isWithin({ time }: AuditRecord, { since, until }: AuditQuery): boolean {
  const at = Date.parse(time)
  return (since === undefined || at >= since.getTime()) && (until === undefined || at < until.getTime())
}

function isOneOf(asked: readonly string[] | undefined, value: string | undefined): boolean {
  return asked === undefined || (value !== undefined && asked.includes(value))
}

function isOf(asked: string | undefined, ...values: readonly (string | undefined)[]): boolean {
  return asked === undefined || values.includes(asked)
}

function matches(record: AuditRecord, { subjects, client, tool, decision }: AuditQuery): boolean {
  if (record.type === 'decision') {
    return (
      isOneOf(subjects, record.subject) &&
      isOf(client, record.clientId, record.clientName) &&
      isOf(tool, record.tool) &&
      isOf(decision, record.effect)
    )
  }
  if (record.type === 'outcome' || tool !== undefined || decision !== undefined) return false
  return isOneOf(subjects, record.user) && isOf(client, record.client, record.client?.split(' ').at(-1))
}

/**
 * The records of an audit that a query asks for, oldest first, from all of its files: decisions and events, and the
 * outcome of each decision among them.
 *
 * @throws AuditError `unreadable`
 */
export async function* queryAudit(file: string, query: AuditQuery): AsyncGenerator<AuditRecord, void> {
  if (!hasAudit(file)) return
  const open = new Set<string>()
  for await (const record of readAudit(file)) {
    if (record.type === 'outcome') {
      if (open.delete(record.requestId)) yield record
    } else if (isWithin(record, query) && matches(record, query)) {
      if (record.type === 'decision') open.add(record.requestId)
      yield record
    }
  }
}
