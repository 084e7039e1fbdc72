export { AuditError, type AuditErrorCode } from './errors.ts'
export { formatAuditRecord } from './format-audit-record.ts'
export { openAudit, type Audit, type AuditOptions } from './open-audit.ts'
export { queryAudit, type AuditQuery } from './query-audit.ts'
export { readAudit, type ReadAuditOptions } from './read-audit.ts'
export { verifyAudit, type Verification, type VerifyAuditOptions } from './verify-audit.ts'
export type { ChainFault } from './chain-check.ts'
export type {
  AuditRecord,
  DecisionEntry,
  DecisionRecord,
  EventEntry,
  EventRecord,
  OutcomeEntry,
  OutcomeRecord,
} from './audit-record.ts'
