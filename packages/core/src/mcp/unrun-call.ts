import { ProtocolError, type CallToolResult } from '@modelcontextprotocol/server'
import { rpcCode } from '../errors.ts'
import { errorResult } from './tool-result.ts'

/** The answer for a name that no tool has, or one that is concealed from the caller: the two are alike to the byte. */
export function unknownTool(name: string): ProtocolError {
  return new ProtocolError(rpcCode.invalidParams, `Unknown tool: ${name.slice(0, 256)}`)
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
