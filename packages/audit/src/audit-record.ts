/** What was decided of one tool call. It stands in the file before the tool starts. */
export interface DecisionEntry {
  /** Links the decision to its outcome, to the log and to the answer. */
  readonly requestId: string
  readonly issuer: string
  readonly subject: string
  readonly clientId?: string | undefined
  /** `jti` of the token, if it has one. */
  readonly tokenId?: string | undefined
  /** Thumbprint of the key that the token is bound to and the caller proved to hold (RFC 9449). */
  readonly keyThumbprint?: string | undefined
  /** What the client calls itself: its own words, verified by nobody. Revisions before 2026-07-28 say it to `initialize` alone. */
  readonly clientName?: string | undefined
  readonly clientVersion?: string | undefined
  readonly protocolRevision?: string | undefined
  /** The name as the caller wrote it; it may name no tool. */
  readonly tool: string
  readonly plugin?: string | undefined
  /** The alternatives that were asked for, each all-of. `[[]]` asks for a valid token alone; `[]`: no such tool. */
  readonly requirement: readonly (readonly string[])[]
  /** The scopes that stood in the token. */
  readonly held: readonly string[]
  /** The scopes that rules of `grants` gave beside, each with its rule. */
  readonly granted?: readonly { readonly scope: string; readonly rule: string }[] | undefined
  /** `refused`: the scopes allowed the call, and the `authorize` of its tool did not; no scope would help. */
  readonly effect: 'allow' | 'deny' | 'stale' | 'depends-on-arguments' | 'unknown-tool' | 'refused'
  readonly reason: string
  readonly missing?: readonly string[] | undefined
  /** How the caller signed in, for a tool that asks for it: `acr` and `auth_time` of the token, and when they were judged, in seconds. */
  readonly authentication?:
    { readonly acr?: string | undefined; readonly authTime?: number | undefined; readonly at: number } | undefined
  /** What a proposed requirement says of the call; nothing of it was enforced. */
  readonly shadow?:
    | {
        readonly effect: 'would_allow' | 'would_deny' | 'not_evaluated'
        /** Where it is proposed. */
        readonly rule: string
        readonly missing?: readonly string[] | undefined
        /** What would be wrong with the sign-in, in words. */
        readonly stale?: readonly string[] | undefined
        readonly error?: string | undefined
      }
    | undefined
  readonly catalogueGeneration: string
  /** Hash of the policy in force. */
  readonly policyHash: string
  /** From `Audit.hashArguments`. */
  readonly argumentsHash?: string | undefined
}

/** What came of an allowed call. It stands in the file before the answer leaves. */
export interface OutcomeEntry {
  readonly requestId: string
  readonly outcome:
    | 'ok'
    | 'tool-error'
    | 'failed'
    | 'timeout'
    | 'cancelled'
    | 'too-large'
    | 'invalid-output'
    | 'invalid-arguments'
    | 'insufficient-scope'
    | 'input-required'
    | 'invalid-input'
    | 'missing-capability'
  /** Milliseconds. */
  readonly durationMs: number
  /** Scopes that a handler demanded and the caller lacks. */
  readonly missing?: readonly string[] | undefined
  /** What a bland error told the caller; the log has the detail under it. */
  readonly correlationId?: string | undefined
  /** Bytes of the result as JSON. */
  readonly resultBytes?: number | undefined
}

/** What is no tool call: a sign-in, a consent, a change of a user. */
export interface EventEntry {
  /** `sign-in`, `consent`, `user-removed` and the like. */
  readonly name: string
  readonly requestId?: string | undefined
  readonly user?: string | undefined
  readonly client?: string | undefined
  readonly scopes?: readonly string[] | undefined
  /** Network address of the other side. */
  readonly address?: string | undefined
  /** A code, such as why a sign-in was refused. */
  readonly reason?: string | undefined
  readonly detail?: string | undefined
}

interface Stamp<Type extends string> {
  readonly type: Type
  /** ISO 8601 in UTC, with milliseconds. */
  readonly time: string
  /** Number of the record in the chain; the writer of the chain gives it, from 1. */
  readonly seq?: number
  /** SHA-256, hex, of the chain up to this record. */
  readonly chain?: string
}

/** The record after which a file begins; number 0 is the beginning of the whole chain, with a `chain` by chance. */
export interface Predecessor {
  /** Name of the file that it stands in, if that is known. */
  readonly file?: string
  readonly seq: number
  readonly chain: string
}

/** A decision as it stands in the file. */
export type DecisionRecord = Stamp<'decision'> & DecisionEntry
/** An outcome as it stands in the file. */
export type OutcomeRecord = Stamp<'outcome'> & OutcomeEntry
/** An event as it stands in the file. */
export type EventRecord = Stamp<'event'> & EventEntry & { readonly predecessor?: Predecessor }
/** One line of the audit file, told apart by `type`. */
export type AuditRecord = DecisionRecord | OutcomeRecord | EventRecord
