import { ProtocolError } from '@modelcontextprotocol/server'
import type { RpcFault } from './unrun-call.ts'

/** The SDK's error of a fault, which it writes as the answer to the request. */
export function toProtocolError({ code, message, data }: RpcFault): ProtocolError {
  return new ProtocolError(code, message, data)
}
