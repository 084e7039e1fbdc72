import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { HeldScopes } from '@toolgate/policy'
import type { ClientSession } from '../sessions/client-session.ts'
import type { CallSlot } from './call-slots.ts'
import type { Caller } from './caller.ts'
import type { Envelope } from './envelope.ts'
import type { CallIdentity, JudgedCall } from './judged-call.ts'

/** One judged request, as far as its answer may be about a thing that is no tool. */
export interface ThingRequest {
  readonly message: JSONRPCRequest
  readonly envelope: Envelope
  readonly principal: Principal
  /** What lists are decided by. */
  readonly held: HeldScopes
  readonly caller: Caller
  /** What the audit keeps of the request. */
  readonly identity: CallIdentity
  readonly requestId: string
  /** The session that the request came in; none at revision 2026-07-28, and where none is needed. */
  readonly session?: ClientSession | undefined
  /** Of a request that names a tool, or another thing of a plugin; absent otherwise. */
  readonly call: JudgedCall | undefined
  /** Likewise. */
  readonly slot: CallSlot | undefined
}
