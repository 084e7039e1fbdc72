import { isAscii, isUtf8 } from 'node:buffer'
import { rpcCode, rpcRefusal, type Refusal } from '../errors.ts'

const deepest = 64
/** Values that one body may hold. Checking arguments costs per value, and nobody else is served meanwhile. */
const mostValues = 100_000

/**
 * Bytes to one JSON value, once.
 *
 * @throws Refusal 400 -32700 for what is not UTF-8, not JSON (RFC 8259) nested deeper than 64, or more than
 * 100,000 values
 */
export function parseJson(bytes: Buffer): unknown {
  const text = textOf(bytes)
  if (!isSmall(text)) requireBounds(text)
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw noJson()
  }
}

/** Strictly: nothing is replaced, and a byte order mark stays, which JSON does not know. */
function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1')
  if (!isUtf8(bytes)) throw noJson()
  return bytes.toString()
}

/** Whether a text has too few characters, and too few that open something, to break a bound: most bodies, told in a few searches. */
function isSmall(text: string): boolean {
  if (text.length > mostValues) return false
  let open = 0
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) if (++open > deepest) return false
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) if (++open > deepest) return false
  return true
}

function requireBounds(text: string): void {
  const { depth, values } = measure(text)
  if (depth > deepest) throw parseError(`nested deeper than ${String(deepest)}`)
  if (values > mostValues) throw parseError(`more than ${String(mostValues)} values`)
}

/** Counts before parsing, because the parser itself recurses. What stands inside strings does not count. */
function measure(text: string): { readonly depth: number; readonly values: number } {
  let open = 0
  let depth = 0
  let values = 1
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (inString) {
      if (unit === 0x5c) index++
      else if (unit === 0x22) inString = false
    } else if (unit === 0x22) inString = true
    else if (unit === 0x2c) values++
    else if (unit === 0x7b || unit === 0x5b) depth = Math.max(depth, ++open)
    else if (unit === 0x7d || unit === 0x5d) open--
  }
  return { depth, values }
}

function noJson(): Refusal {
  return parseError('the body is not JSON in UTF-8')
}

function parseError(why: string): Refusal {
  return rpcRefusal({ status: 400, code: rpcCode.parseError, message: `Parse error: ${why}` })
}
