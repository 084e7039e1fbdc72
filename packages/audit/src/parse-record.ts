import type { AuditRecord } from './audit-record.ts'

const REQUIRED = {
  decision: ['time', 'requestId', 'issuer', 'subject', 'tool', 'effect', 'reason'],
  outcome: ['time', 'requestId', 'outcome'],
  event: ['time', 'name'],
} as const

function isType(value: unknown): value is keyof typeof REQUIRED {
  return typeof value === 'string' && Object.hasOwn(REQUIRED, value)
}

/** The record on a line, or undefined for what is none: the rest of a line that a crash cut short. */
export function parseRecord(line: string): AuditRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const fields = value as Record<string, unknown>
  if (!isType(fields['type'])) return undefined
  const complete = REQUIRED[fields['type']].every((field) => typeof fields[field] === 'string')
  return complete ? (value as AuditRecord) : undefined
}
