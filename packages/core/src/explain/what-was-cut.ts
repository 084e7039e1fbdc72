import { isCutMark, type DecisionRecord } from '@toolgate/audit'

/** A record, and what it lacks to judge the call again. */
export interface ReadRecord {
  /** The record without the marks that stand for what was cut: they are no scopes. */
  readonly rest: DecisionRecord
  /** What the record had no room for, in words. */
  readonly cut: readonly string[]
}

/** Tells what of a decision the audit had no room for. */
export function whatWasCut(record: DecisionRecord): ReadRecord {
  const held = record.held.filter((scope) => !isCutMark(scope))
  const granted = record.granted?.filter(({ scope }) => !isCutMark(scope))
  const missing = record.missing?.filter((scope) => !isCutMark(scope))
  const cut = [
    ...(held.length < record.held.length ? ['all scopes of the token'] : []),
    ...(granted !== undefined && granted.length < (record.granted?.length ?? 0) ? ['all scopes by rules'] : []),
    ...(record.reason.endsWith('…') ? ['the whole reason'] : []),
  ]
  return { rest: { ...record, held, granted, missing }, cut }
}
