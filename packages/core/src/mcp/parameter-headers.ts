import type { JsonSchema } from '@toolgate/plugin'
import type { IncomingMessage } from 'node:http'
import type { RpcId } from '../errors.ts'
import { decodeHeaderValue, headerMismatch, singleHeader } from './mirrored-headers.ts'

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
