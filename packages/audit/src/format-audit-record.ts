import type { AuditRecord, DecisionRecord, EventRecord, OutcomeRecord } from './audit-record.ts'

// Control characters move a terminal's cursor and bidirectional ones reorder what a person reads.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

function formatDecision(record: DecisionRecord): string[] {
  const client = record.clientName ?? record.clientId
  return [
    record.effect,
    record.tool,
    `${record.subject}@${record.issuer}`,
    ...(client === undefined ? [] : [`via ${client}`]),
    ...(record.missing === undefined || record.missing.length === 0 ? [] : [`missing ${record.missing.join(' ')}`]),
    `(${record.reason})`,
    ...(record.shadow === undefined ? [] : [`shadow ${record.shadow.effect}`]),
    record.requestId,
  ]
}

function formatOutcome(record: OutcomeRecord): string[] {
  return [
    record.outcome,
    `${String(record.durationMs)} ms`,
    ...(record.missing === undefined ? [] : [`missing ${record.missing.join(' ')}`]),
    ...(record.resultBytes === undefined ? [] : [`${String(record.resultBytes)} bytes`]),
    ...(record.correlationId === undefined ? [] : [`correlation ${record.correlationId}`]),
    record.requestId,
  ]
}

function formatEvent(record: EventRecord): string[] {
  return [
    record.name,
    ...(record.user === undefined ? [] : [`user ${record.user}`]),
    ...(record.client === undefined ? [] : [`client ${record.client}`]),
    ...(record.scopes === undefined ? [] : [`scopes ${record.scopes.join(' ')}`]),
    ...(record.address === undefined ? [] : [`from ${record.address}`]),
    ...(record.reason === undefined ? [] : [`(${record.reason})`]),
    ...(record.detail === undefined ? [] : [record.detail]),
    ...(record.requestId === undefined ? [] : [record.requestId]),
  ]
}

function parts(record: AuditRecord): string[] {
  switch (record.type) {
    case 'decision':
      return formatDecision(record)
    case 'outcome':
      return formatOutcome(record)
    case 'event':
      return formatEvent(record)
  }
}

/** One line that a person can read, without a newline; whatever could play tricks on a terminal is made visible as `�`. */
export function formatAuditRecord(record: AuditRecord): string {
  return [record.time, record.type.padEnd(8), ...parts(record)].join('  ').replace(UNPRINTABLE, '�')
}
