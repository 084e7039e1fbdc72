import type {
  AuditRecord,
  DecisionEntry,
  DecisionRecord,
  EventEntry,
  EventRecord,
  OutcomeEntry,
  OutcomeRecord,
  Predecessor,
} from './audit-record.ts'
import { cutMark } from './cut-mark.ts'

const NAME_LENGTH = 256
const IDENTITY_LENGTH = 1024
const LIST_LENGTH = 64

// The second half of a cut token would still be a secret, so everything that a token could go on with goes with it.
const TOKEN = /eyJ[\w-]{8,}(?:\.[\w-]*)*/g

function bounded(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`
}

function name(text: string | undefined): string | undefined {
  return text === undefined ? undefined : bounded(text, NAME_LENGTH)
}

function identity(text: string | undefined): string | undefined {
  return text === undefined ? undefined : bounded(text, IDENTITY_LENGTH)
}

function boundedList<Item>(
  items: readonly Item[],
  boundItem: (item: Item) => Item,
  more: (count: number) => Item,
): Item[] {
  const kept = items.slice(0, LIST_LENGTH).map(boundItem)
  if (items.length > LIST_LENGTH) kept.push(more(items.length - LIST_LENGTH))
  return kept
}

function names(items: readonly string[]): readonly string[] {
  if (items.length <= LIST_LENGTH && items.every((item) => item.length <= NAME_LENGTH)) return items
  return boundedList(items, (item) => bounded(item, NAME_LENGTH), cutMark)
}

function alternatives(items: readonly (readonly string[])[]): readonly (readonly string[])[] {
  if (items.length === 1) return [names(items[0] ?? [])]
  return boundedList<readonly string[]>(items, names, (count) => [cutMark(count)])
}

function shadowRecord(shadow: NonNullable<DecisionEntry['shadow']>): DecisionRecord['shadow'] {
  const { effect, rule, missing = [], stale = [], error } = shadow
  return {
    effect,
    rule: bounded(rule, NAME_LENGTH),
    missing: missing.length === 0 ? undefined : names(missing),
    stale: stale.length === 0 ? undefined : names(stale),
    error: name(error),
  }
}

function grantedRecord(granted: NonNullable<DecisionEntry['granted']>): DecisionRecord['granted'] {
  return boundedList(
    granted,
    ({ scope, rule }) => ({ scope: bounded(scope, NAME_LENGTH), rule: bounded(rule, NAME_LENGTH) }),
    (count) => ({ scope: cutMark(count), rule: '' }),
  )
}

/** A decision as it is written: its known fields alone, each bounded in length. */
export function decisionRecord(entry: DecisionEntry, time: string): DecisionRecord {
  return {
    type: 'decision',
    time,
    requestId: bounded(entry.requestId, NAME_LENGTH),
    issuer: bounded(entry.issuer, IDENTITY_LENGTH),
    subject: bounded(entry.subject, IDENTITY_LENGTH),
    clientId: identity(entry.clientId),
    tokenId: name(entry.tokenId),
    keyThumbprint: name(entry.keyThumbprint),
    clientName: name(entry.clientName),
    clientVersion: name(entry.clientVersion),
    protocolRevision: name(entry.protocolRevision),
    tool: bounded(entry.tool, NAME_LENGTH),
    plugin: name(entry.plugin),
    requirement: alternatives(entry.requirement),
    held: names(entry.held),
    granted: entry.granted && grantedRecord(entry.granted),
    effect: entry.effect,
    reason: bounded(entry.reason, IDENTITY_LENGTH),
    missing: entry.missing === undefined ? undefined : names(entry.missing),
    authentication: entry.authentication && {
      acr: name(entry.authentication.acr),
      authTime: entry.authentication.authTime,
      at: entry.authentication.at,
    },
    shadow: entry.shadow && shadowRecord(entry.shadow),
    catalogueGeneration: bounded(entry.catalogueGeneration, NAME_LENGTH),
    policyHash: bounded(entry.policyHash, NAME_LENGTH),
    argumentsHash: name(entry.argumentsHash),
  }
}

/** An outcome as it is written: its known fields alone, each bounded in length. */
export function outcomeRecord(entry: OutcomeEntry, time: string): OutcomeRecord {
  return {
    type: 'outcome',
    time,
    requestId: bounded(entry.requestId, NAME_LENGTH),
    outcome: entry.outcome,
    durationMs: Math.round(entry.durationMs * 1000) / 1000,
    missing: entry.missing === undefined ? undefined : names(entry.missing),
    correlationId: name(entry.correlationId),
    resultBytes: entry.resultBytes,
  }
}

/** An event as it is written: its known fields alone, each bounded in length. */
export function eventRecord(entry: EventEntry, time: string): EventRecord {
  return {
    type: 'event',
    time,
    name: bounded(entry.name, NAME_LENGTH),
    requestId: name(entry.requestId),
    user: name(entry.user),
    client: identity(entry.client),
    scopes: entry.scopes === undefined ? undefined : names(entry.scopes),
    address: name(entry.address),
    reason: name(entry.reason),
    detail: identity(entry.detail),
  }
}

/** The first record of a file: what it goes on from. */
export function fileBegunRecord(predecessor: Predecessor, time: string): EventRecord {
  return { type: 'event', time, name: 'file-begun', predecessor }
}

function withoutTokens(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(TOKEN, '[redacted]') : value
}

/**
 * The line of a record, without its newline. Whatever looks like a JSON Web Token (`eyJ...`, RFC 7519) is replaced,
 * wherever it stands: no caller hands one in, and a mistake of a caller must not put one on the disk.
 */
export function serializeRecord(record: AuditRecord): string {
  const line = JSON.stringify(record)
  // A token consists of characters that JSON never escapes: a line without the prefix holds none.
  return line.includes('eyJ') ? JSON.stringify(record, withoutTokens) : line
}
