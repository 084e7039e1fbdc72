import type { IncomingMessage } from 'node:http'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'

/** The headers that mirror the body, so that a proxy can route by them (MCP specification 2026-07-28, basic/transports). */
export interface MirroredHeaders {
  readonly protocolVersion: string | undefined
  readonly method: string | undefined
  readonly name: string | undefined
}

const base64Value = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/

/**
 * Reads one header that may stand once.
 *
 * @throws Refusal 400 -32020 if it is repeated
 */
export function singleHeader(request: IncomingMessage, name: string, id: RpcId): string | undefined {
  const values = request.headersDistinct[name.toLowerCase()]
  if (values !== undefined && values.length > 1) throw headerMismatch(`the header ${name} is repeated`, id)
  return values?.[0]?.trim()
}

/** Reads the three headers that every request may carry. */
export function readMirroredHeaders(request: IncomingMessage): MirroredHeaders {
  return {
    protocolVersion: singleHeader(request, 'MCP-Protocol-Version', null),
    method: singleHeader(request, 'Mcp-Method', null),
    name: singleHeader(request, 'Mcp-Name', null),
  }
}

/** A header value as sent, or as its strict Base64 form decodes; undefined if that form is not canonical UTF-8. */
export function decodeHeaderValue(value: string): string | undefined {
  if (!value.startsWith('=?base64?') || !value.endsWith('?=')) return value
  const encoded = base64Value.exec(value)?.[1]
  if (encoded === undefined) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.toString('base64') !== encoded) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const nameFields: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
}

/**
 * Compares the mirrored headers with the body. What is sent must be equal whatever the revision, since a proxy may filter
 * by it; the stateless revision must send it.
 *
 * @throws Refusal 400 -32020
 */
export function requireMirroredHeaders(
  headers: MirroredHeaders,
  message: { readonly method: string; readonly params?: unknown },
  options: { readonly required: boolean; readonly id: RpcId },
): void {
  const { required, id } = options
  if (required && headers.protocolVersion === undefined) throw headerMismatch('MCP-Protocol-Version is missing', id)
  if (required && headers.method === undefined) throw headerMismatch('Mcp-Method is missing', id)
  if (headers.method !== undefined && headers.method !== message.method) {
    throw headerMismatch('Mcp-Method differs from the method of the body', id)
  }
  requireMirroredName(headers.name, message, options)
}

function requireMirroredName(
  header: string | undefined,
  { method, params }: { readonly method: string; readonly params?: unknown },
  { required, id }: { readonly required: boolean; readonly id: RpcId },
): void {
  const field = Object.hasOwn(nameFields, method) ? nameFields[method] : undefined
  if (field === undefined) return
  const given = typeof params === 'object' && params !== null ? params : {}
  const named: unknown = Object.hasOwn(given, field) ? Reflect.get(given, field) : undefined
  if (header === undefined) {
    if (required && typeof named === 'string') throw headerMismatch('Mcp-Name is missing', id)
    return
  }
  const decoded = decodeHeaderValue(header)
  if (decoded === undefined || decoded !== named) throw headerMismatch(`Mcp-Name differs from params.${field}`, id)
}

/** The refusal of headers that do not mirror the body. */
export function headerMismatch(what: string, id: RpcId): Refusal {
  return rpcRefusal({ status: 400, code: rpcCode.headerMismatch, message: `Header mismatch: ${what}`, id })
}
