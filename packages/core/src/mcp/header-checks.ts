import type { JsonSchema } from '@toolgate/plugin'
import type { IncomingMessage } from 'node:http'
import { rpcCode, rpcRefusal, type Refusal, type RpcId } from '../errors.ts'
import { headerLines } from '../http/header-lines.ts'

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
  const lines = headerLines(request, name.toLowerCase())
  if (lines.length > 1) throw headerMismatch(`the header ${name} is repeated`, id)
  return lines[0]
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
function decodeHeaderValue(value: string): string | undefined {
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
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
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
function headerMismatch(what: string, id: RpcId): Refusal {
  return rpcRefusal({ status: 400, code: rpcCode.headerMismatch, message: `Header mismatch: ${what}`, id })
}

/** A property of a tool's input that clients mirror into `Mcp-Param-<name>` (`x-mcp-header`, MCP 2026-07-28). */
export interface ParameterHeader {
  readonly path: readonly string[]
  readonly header: string
}

const primitive = new Set(['string', 'integer', 'number', 'boolean'])

/** Finds the mirrored properties of an input schema, along `properties` only. */
export function parameterHeadersOf(schema: JsonSchema, path: readonly string[] = []): readonly ParameterHeader[] {
  const { properties } = schema
  if (typeof properties !== 'object' || properties === null) return []
  return Object.entries(properties as Readonly<Record<string, unknown>>).flatMap(([name, child]) => {
    if (typeof child !== 'object' || child === null) return []
    const property = child as JsonSchema
    const here = [...path, name]
    const header = property['x-mcp-header']
    const mirrored = typeof header === 'string' && primitive.has(String(property.type))
    return [...(mirrored ? [{ path: here, header: `Mcp-Param-${header}` }] : []), ...parameterHeadersOf(property, here)]
  })
}

/**
 * Compares the parameter headers of an allowed call with its arguments as they came.
 *
 * @throws Refusal 400 -32020 if one is missing, repeated, badly encoded or different, or its argument is missing
 */
export function requireParameterHeaders(
  declared: readonly ParameterHeader[],
  request: IncomingMessage,
  args: unknown,
  id: RpcId,
): void {
  for (const { path, header } of declared) {
    const value = valueAt(args, path)
    const sent = singleHeader(request, header, id)
    const absent = value === undefined || value === null
    if (sent === undefined && !absent) throw headerMismatch(`${header} is missing`, id)
    if (sent !== undefined && !isSame(decodeHeaderValue(sent), value)) {
      throw headerMismatch(`${header} differs from the arguments`, id)
    }
  }
}

/** A header for an argument that is not there differs too: a proxy may have judged by it. */
function isSame(decoded: string | undefined, value: unknown): boolean {
  if (decoded === undefined) return false
  return typeof value === 'number' ? isNumber(decoded, value) : decoded === asText(value)
}

function isNumber(text: string, value: number): boolean {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number(text) === value
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : undefined
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let node = root
  for (const key of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined
    node = Reflect.get(node, key)
  }
  return node
}
