import { isInputRequiredResult, SERVER_INFO_META_KEY } from '@modelcontextprotocol/server'
import type { ToolAnswer } from './ending.ts'

/** What the host says that it is. */
export interface ServerInfo {
  readonly name: string
  readonly title: string
  readonly version: string
}

/** A JSON-RPC error as the SDK writes it. */
export function errorJson(
  id: string | number,
  { code, message, data }: { readonly code: number; readonly message: string; readonly data?: unknown },
): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } })
}

/**
 * The answer to a call as the SDK writes it, to the byte: what it adds on the stateless revision too, which is a discriminator and who the
 * server is (MCP specification 2026-07-28, basic, results).
 *
 * @param serverInfo on the stateless revision
 */
export function resultJson(id: string | number, answer: ToolAnswer, serverInfo: ServerInfo | undefined): string {
  const result = serverInfo === undefined ? answer.json : statelessJson(answer, serverInfo)
  return `{"result":${result},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`
}

function statelessJson({ result, json }: ToolAnswer, serverInfo: ServerInfo): string {
  if (result._meta !== undefined || isInputRequiredResult(result)) {
    return JSON.stringify(withServerInfo(result, result._meta ?? {}, serverInfo))
  }
  return `${json.slice(0, -1)},${addedJson(serverInfo)}`
}

const added = new WeakMap<ServerInfo, string>()

/** What every complete answer of a host ends with. */
function addedJson(serverInfo: ServerInfo): string {
  let text = added.get(serverInfo)
  if (text === undefined) {
    text = JSON.stringify({ resultType: 'complete', _meta: { [SERVER_INFO_META_KEY]: serverInfo } }).slice(1)
    added.set(serverInfo, text)
  }
  return text
}

function withServerInfo(
  result: ToolAnswer['result'],
  meta: NonNullable<ToolAnswer['result']['_meta']>,
  serverInfo: ServerInfo,
): object {
  const told = meta[SERVER_INFO_META_KEY] === undefined ? { ...meta, [SERVER_INFO_META_KEY]: serverInfo } : meta
  return { ...result, resultType: isInputRequiredResult(result) ? result.resultType : 'complete', _meta: told }
}
