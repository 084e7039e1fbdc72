export { AuditError, type AuditErrorCode } from './errors.ts'
export { canonicalJson } from './canonical-json.ts'
export { isCutMark } from './cut-mark.ts'
export { formatAuditRecord } from './format-audit-record.ts'
export { loadKey } from './load-key.ts'
export { createHandedAudit, type HandedAuditOptions, type HandedRecord } from './handed-audit.ts'
export { openAudit, openSharedAudit, type Audit, type AuditOptions, type SharedAudit } from './open-audit.ts'
export { queryAudit, type AuditQuery } from './query-audit.ts'
export { hasAudit } from './audit-files.ts'
export { readAudit, type ReadAuditOptions } from './read-audit.ts'
export type { RotateOptions } from './rotate-options.ts'
export { summarizeShadow, type ShadowSummary } from './summarize-shadow.ts'
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
