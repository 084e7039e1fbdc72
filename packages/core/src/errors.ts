/** Headers of an answer; a list becomes several lines. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>

/** What a request gets instead of an answer: the wire's part and the log's part, kept apart. */
export interface RefusalParts {
  readonly status: number
  /** What the wire sees. */
  readonly body: Readonly<Record<string, unknown>>
  readonly headers?: AnswerHeaders
  /** What the log sees, never a token. */
  readonly detail: string
  /** One sentence for a person in front of a browser. */
  readonly sentence: string
  /** Where that person finds the page at `/`, if not on the host that was asked. */
  readonly link?: string
}

/** A refused request. `error-response.ts` is the only place that writes one. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: AnswerHeaders
  readonly detail: string
  readonly sentence: string
  readonly link: string | undefined
  constructor(parts: RefusalParts) {
    super(parts.detail)
    this.status = parts.status
    this.body = parts.body
    this.headers = parts.headers ?? {}
    this.detail = parts.detail
    this.sentence = parts.sentence
    this.link = parts.link
  }
}

/** JSON-RPC error codes that this host answers with (JSON-RPC 2.0 section 5.1; MCP specification 2026-07-28, basic). */
export const rpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  noSession: -32001,
  refused: -32003,
  unavailable: -32004,
  failed: -32005,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
  urlElicitationRequired: -32042,
} as const

/** All that a caller learns of a fault of the host. */
export const internalError = 'Internal error'

/** What a JSON-RPC id may be; null where it could not be read. */
export type RpcId = string | number | null

/** A refusal in the form of a JSON-RPC error response. */
export function rpcRefusal(parts: {
  readonly status: number
  readonly code: number
  readonly message: string
  readonly id?: RpcId
  readonly data?: unknown
  readonly headers?: AnswerHeaders
  readonly detail?: string
}): Refusal {
  const error = {
    code: parts.code,
    message: parts.message,
    ...(parts.data === undefined ? {} : { data: parts.data }),
  }
  return new Refusal({
    status: parts.status,
    body: { jsonrpc: '2.0', id: parts.id ?? null, error },
    headers: parts.headers ?? {},
    detail: parts.detail ?? parts.message,
    sentence: parts.message,
  })
}

/** One thing that is wrong with a configuration or a plugin: where, what, and what to do. */
export interface Fault {
  readonly path: string
  readonly message: string
  readonly mend: string
}

/** What can keep a host from starting, or (`opaque-token`) a question about one from being answered. */
export type HostErrorCode =
  | 'config-faults'
  | 'address-in-use'
  | 'listen-failed'
  | 'default-password'
  | 'lock-unreadable'
  | 'lock-differs'
  | 'opaque-token'
  | 'tasks-unusable'
  | 'workers-differ'
  | 'workers-failed'

/** A host that cannot start, or be asked about: every fault, each with its mend. */
export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: HostErrorCode
  readonly faults: readonly Fault[]
  constructor(code: HostErrorCode, message: string, faults: readonly Fault[] = [], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.faults = faults
  }
}
