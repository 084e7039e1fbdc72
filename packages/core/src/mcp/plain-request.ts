import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import { isToolCall } from './call-params.ts'
import type { JudgedRequest } from './judged-request.ts'

const membersOfCall = new Set(['name', 'arguments', '_meta'])
const membersOfList = new Set(['_meta'])
const lists = new Set(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])

/**
 * Whether a request is one that the direct lane may answer: a call of a tool by its name, or a list from its start, with the members
 * that every such request has and no other. Whatever is odd about a request is for the SDK to judge.
 *
 * The envelope has been judged before, its `_meta` too: the SDK's `classifyInboundRequest` lets nothing else pass.
 */
export function isPlain({ message, envelope, call, slot, session }: JudgedRequest): boolean {
  // What belongs to a session with streams can be cancelled and come back for, which the SDK's lane knows of.
  if (envelope.batch || session?.openStream !== undefined) return false
  if (lists.has(message.method)) return hasOnly(message, membersOfList)
  return isToolCall(message) && call !== undefined && slot !== undefined && hasOnly(message, membersOfCall)
}

/** What the client wants progress to be reported by. */
export function progressTokenOf({ params }: JSONRPCRequest): string | number | undefined {
  return params?._meta?.progressToken
}

function hasOnly({ params = {} }: JSONRPCRequest, members: ReadonlySet<string>): boolean {
  for (const member of Object.keys(params)) if (!members.has(member)) return false
  return true
}
