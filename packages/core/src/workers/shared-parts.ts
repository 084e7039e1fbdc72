import { AuditError, createHandedAudit, type Audit, type AuditOptions, type HandedRecord } from '@toolgate/audit'
import type { ProofMemory, UnknownTokenPermits } from '@toolgate/auth'
import type { Owner } from '@toolgate/registry'
import type { SpentStates } from '../asking/spent-states.ts'
import type { SharedSessions } from '../sessions/sessions.ts'
import type { StreamPlaces } from '../subscriptions/stream-places.ts'
import { LentPlaces } from './lent-places.ts'
import type { Link } from './link.ts'
import type { ToPrimary, ToWorker, Welcome } from './messages.ts'
import { sessionPrefix } from './session-owner.ts'

/** The link of a worker to the primary. */
export type PrimaryLink = Link<ToPrimary, ToWorker>

/** What the processes of one host share, as one of them sees it: all of it is asked of the primary. */
export interface SharedParts {
  readonly welcome: Welcome
  /** The audit, whose file the primary keeps. */
  readonly openAudit: (options: Omit<AuditOptions, 'file'>) => Promise<Audit>
  readonly proofs: { readonly used: ProofMemory; readonly nonceKey: Uint8Array }
  readonly unknownTokens: UnknownTokenPermits
  readonly spent: SpentStates
  readonly calls: LentPlaces
  readonly streams: StreamPlaces
  readonly sessions: SharedSessions
  /** Tells the other workers what a plugin told here. */
  readonly tellUpdate: (plugin: string, uri: string, owner: Owner | undefined) => void
  /** Whether configuration and plugins are those that the host was started with. */
  readonly admit: (fingerprint: string) => Promise<boolean>
  /** Whether the primary can be reached. */
  readonly isIntact: () => boolean
}

/** What a worker has of the primary. */
export function createSharedParts(link: PrimaryLink, welcome: Welcome): SharedParts {
  const { since, nonceKey, memory, worker } = welcome
  const hand = createHand(link)
  return {
    welcome,
    openAudit: ({ keyFile }) => Promise.resolve(createHandedAudit({ keyFile, hand })),
    proofs: {
      used: { since, use: (proof) => link.ask('use-proof', proof).then(() => undefined) },
      nonceKey: Buffer.from(nonceKey, 'base64url'),
    },
    unknownTokens: {
      take: (address) =>
        link.ask('take-unknown-token', { address }).then(() => () => {
          link.tell('give-unknown-token', { address })
        }),
    },
    spent: { id: memory, spend: (state) => link.ask('spend-state', state) },
    calls: new LentPlaces({
      borrow: (caller, count) => link.ask('take-calls', { caller, count }),
      giveBack: (caller, count) => {
        link.tell('free-calls', { caller, count })
      },
    }),
    streams: {
      take: (caller) => link.ask('take-stream', { caller }),
      free: (caller) => {
        link.tell('free-stream', { caller })
      },
    },
    sessions: {
      prefix: sessionPrefix(worker),
      places: {
        take: (caller) => link.ask('take-session', { caller }),
        free: (caller) => {
          link.tell('free-session', { caller })
        },
      },
    },
    tellUpdate: (plugin, uri, owner) => {
      link.tell('updated', { plugin, uri, owner })
    },
    admit: (fingerprint) => link.ask('admit', { fingerprint }),
    isIntact: () => link.isIntact,
  }
}

/** The records of one turn of the event loop are one question, as they are one write where the file is kept. */
function createHand(link: PrimaryLink): (record: HandedRecord) => Promise<undefined> {
  let waiting: { readonly records: HandedRecord[]; readonly kept: Promise<undefined> } | undefined
  return (record) => {
    if (!link.isIntact) throw lost()
    if (waiting !== undefined) {
      waiting.records.push(record)
      return waiting.kept
    }
    const records = [record]
    const sent = () => {
      waiting = undefined
    }
    const kept = link.ask('audit', { records }, sent).then(() => undefined, refuse)
    // Who gave up on the call for another reason waits no more.
    kept.catch(() => undefined)
    waiting = { records, kept }
    return kept
  }
}

function refuse(error: unknown): never {
  throw error instanceof AuditError ? error : lost(error)
}

function lost(cause?: unknown): AuditError {
  return new AuditError('unwritable', 'the process that keeps the audit cannot be reached', { cause })
}
