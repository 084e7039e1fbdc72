import { canonicalJson } from '@toolgate/audit'
import { createHash } from 'node:crypto'

/** SHA-256 of a JSON value, whatever order its members are in (RFC 8785); undefined has none. */
export function hashOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`
}
