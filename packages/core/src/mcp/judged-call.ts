import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { AllowedDecision, HeldScopes } from '@toolgate/policy'
import type { CatalogueTool } from '@toolgate/registry'
import type { IncomingMessage } from 'node:http'

/** What `authorizeCalls` found out about one `tools/call`, before anything of it runs. */
export type JudgedCall =
  /** May run, with these frozen arguments. */
  | {
      readonly kind: 'allowed'
      readonly tool: CatalogueTool
      readonly decision: AllowedDecision
      readonly args: unknown
    }
  /** Allowed, but the arguments do not match the input schema. */
  | {
      readonly kind: 'invalid-arguments'
      readonly tool: CatalogueTool
      readonly faults: readonly { readonly pointer: string; readonly message: string }[]
    }
  /** There is no such tool, or it is concealed from this caller: the two are alike. */
  | { readonly kind: 'unknown'; readonly name: string }

/** What the audit keeps of a call beside the principal. */
export interface CallIdentity {
  /** Links decision, outcome, log and answer. */
  readonly requestId: string
  readonly clientName: string | undefined
  readonly clientVersion: string | undefined
  readonly protocolRevision: string
}

/** One `tools/call` with who sends it. */
export interface CallRequest {
  readonly message: JSONRPCRequest
  readonly principal: Principal
  /** What it is judged by. */
  readonly held: HeldScopes
  /** `jti` of the token. */
  readonly tokenId: string | undefined
  readonly identity: CallIdentity
  readonly request: IncomingMessage
  /** Parameter headers are part of the stateless revision alone. */
  readonly modern: boolean
}
