import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import type { Policy } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'
import { readAsked } from '../mcp/asked.ts'
import type { createAuthorLook, Judged } from '../mcp/author-look.ts'
import type { Caller } from '../mcp/caller.ts'
import { judgeCall } from '../mcp/judge-call.ts'
import type { CallIdentity } from '../mcp/judged-call.ts'
import type { ToldTasks } from '../tasks/told-tasks.ts'

/** By what news is judged: the rules of one generation of the catalogue. */
export interface Judging {
  readonly policy: Policy
  readonly catalogue: Catalogue
  readonly lookAt: ReturnType<typeof createAuthorLook>
  /** Absent where no tool has any. */
  readonly tasks?: ToldTasks | undefined
}

/** The read that a subscription to a URI is judged as. */
export function readOf(uri: string, id: JSONRPCRequest['id']): JSONRPCRequest {
  return { jsonrpc: '2.0', id, method: 'resources/read', params: { uri } }
}

/**
 * Whether a caller could read a resource at this moment: `decide`, and the author's look where there is one, as room 6 asks them. Nothing
 * is recorded, because nothing of the resource leaves but its URI, which the caller named.
 */
export async function mayRead(
  { policy, catalogue, lookAt }: Judging,
  { caller, identity }: { readonly caller: Caller; readonly identity: CallIdentity },
  uri: string,
): Promise<boolean> {
  const message = readOf(uri, 0)
  const asked = readAsked(catalogue, message)
  const verdict = judgeCall({ policy, catalogue }, { ...asked, held: caller.held })
  if (!isAllowed(verdict)) return false
  const call = { ...caller, message, identity, request: undefined, modern: true }
  const gone = () => new AbortController().signal
  const looked = await lookAt([{ call, asked, verdict }], { slots: [], gone })
  return looked === undefined || looked.every((one) => isAllowed(one.verdict))
}

function isAllowed(verdict: Judged['verdict']): boolean {
  return 'call' in verdict && verdict.call.kind === 'allowed'
}
