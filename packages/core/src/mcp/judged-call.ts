import type { CallToolResult, JSONRPCRequest } from '@modelcontextprotocol/server'
import type { AllowedDecision } from '@toolgate/policy'
import type { CatalogueEntry } from '@toolgate/registry'
import type { IncomingMessage } from 'node:http'
import type { AskedTask } from '../tasks/asked-task.ts'
import type { Caller } from './caller.ts'

/** What `authorizeCalls` found out about one `tools/call`, or other request for a thing of a plugin, before anything of it runs. */
export type JudgedCall =
  /** May run, with these frozen arguments. */
  | {
      readonly kind: 'allowed'
      readonly tool: CatalogueEntry
      readonly decision: AllowedDecision
      readonly args: unknown
      /** Aborts at a demand that the author's code made after its look had ended: too late to decide by, so the call is cut off. */
      readonly late?: AbortSignal
    }
  /** Allowed by its scopes, and refused by the `authorize` of its tool. */
  | { readonly kind: 'refused'; readonly tool: CatalogueEntry; readonly args: unknown; readonly result: CallToolResult }
  /** Allowed, but the arguments do not match the input schema. */
  | {
      readonly kind: 'invalid-arguments'
      readonly tool: CatalogueEntry
      readonly faults: readonly { readonly pointer: string; readonly message: string }[]
    }
  /** There is no such tool or thing, or it is concealed from this caller: the two are alike. */
  | { readonly kind: 'unknown'; readonly name: string }

/** What the audit keeps of a call beside the principal. */
export interface CallIdentity {
  /** Links decision, outcome, log and answer. */
  readonly requestId: string
  readonly clientName: string | undefined
  readonly clientVersion: string | undefined
  readonly protocolRevision: string
}

/** One `tools/call`, or other request that is judged, with who sends it. */
export interface CallRequest extends Caller {
  readonly message: JSONRPCRequest
  readonly identity: CallIdentity
  /** Absent where the transport has no headers. */
  readonly request: IncomingMessage | undefined
  /** Of a request about a task: what it is judged by. */
  readonly task?: AskedTask | undefined
  /** Parameter headers are part of the stateless revision alone. */
  readonly modern: boolean
}
