import type { JSONRPCRequest } from '@modelcontextprotocol/server'

/** Whether a message names a tool to call. One that does not is for the protocol to refuse: there is nothing to judge. */
export function isToolCall(message: JSONRPCRequest): boolean {
  return message.method === 'tools/call' && typeof own(message.params, 'name') === 'string'
}

/**
 * What a `tools/call` asks for, as it was sent.
 *
 * @throws TypeError for a message that names no tool
 */
export function readCall({ params }: JSONRPCRequest): { readonly name: string; readonly args: unknown } {
  const name = own(params, 'name')
  if (typeof name !== 'string') throw new TypeError('a call is judged by the name of its tool')
  return { name, args: own(params, 'arguments') }
}

function own(params: JSONRPCRequest['params'], key: string): unknown {
  return params !== undefined && Object.hasOwn(params, key) ? params[key] : undefined
}
