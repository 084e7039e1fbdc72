import type { CallToolResult, JSONRPCRequest } from '@modelcontextprotocol/server'
import { internalError, rpcCode } from '../errors.ts'
import type { Asked } from './asked.ts'
import { errorResult } from './text-result.ts'

/** An error of the protocol, before it is thrown or written. */
export interface RpcFault {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** The answer for a name that no tool has, or one that is concealed from the caller: the two are alike to the byte. */
export function unknownTool(name: string): RpcFault {
  return { code: rpcCode.invalidParams, message: `Unknown tool: ${name.slice(0, 256)}` }
}

/**
 * The answer for a resource or prompt that there is not, or one that is concealed from the caller: the two are alike to the byte (MCP
 * specification, server/resources and server/prompts, error handling).
 */
export function unknownThing({ name }: Asked, { method, params }: JSONRPCRequest): RpcFault {
  const at = name.indexOf(' ') + 1
  const named = name.slice(at).slice(0, 256)
  if (name.startsWith('prompt ')) return { code: rpcCode.invalidParams, message: `Unknown prompt: ${named}` }
  if (method !== 'resources/read') {
    return { code: rpcCode.invalidParams, message: `Unknown resource or resource template: ${named}` }
  }
  return { code: rpcCode.invalidParams, message: 'Resource not found', data: { uri: params?.uri } }
}

/** The answer for a name that nothing has, by the key that it would be judged by. */
export function unknownNamed(key: string): RpcFault {
  const [kind, name = ''] = key.split(/ (.*)/s, 2)
  if (kind !== 'resource' && kind !== 'template' && kind !== 'prompt') return unknownTool(key)
  const asked = { name: key, args: undefined, shown: key, part: kind === 'template' }
  const method = kind === 'resource' ? 'resources/read' : 'completion/complete'
  return unknownThing(asked, { jsonrpc: '2.0', id: 0, method, params: { uri: name } })
}

/** The answer for what the `authorize` of a thing refused, in its words or in bland ones. */
export function refusedByAuthor({ content: [first] }: CallToolResult): RpcFault {
  return { code: rpcCode.failed, message: first?.type === 'text' ? first.text : internalError }
}

/** The answer for arguments of a prompt, or variables of a template, that do not fit: these methods have no result with `isError`. */
export function argumentsRefused(faults: readonly { readonly pointer: string; readonly message: string }[]): RpcFault {
  const texts = faults.map(({ pointer, message }) => `${pointer || '/'}: ${message}`)
  return { code: rpcCode.invalidParams, message: `Invalid arguments: ${texts.join('; ')}` }
}

/** The answer for arguments that do not match the input schema: every fault with its JSON Pointer. */
export function invalidArguments(
  faults: readonly { readonly pointer: string; readonly message: string }[],
): CallToolResult {
  return errorResult(
    [
      'The arguments do not match the input schema:',
      ...faults.map(({ pointer, message }) => `${pointer || '/'}: ${message}`),
    ].join('\n'),
  )
}
