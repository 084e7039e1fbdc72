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
  const { depth, values } = measure(bytes)
  if (depth > deepest) throw parseError(`nested deeper than ${String(deepest)}`)
  if (values > mostValues) throw parseError(`more than ${String(mostValues)} values`)
  try {
    return JSON.parse(textOf(bytes)) as unknown
  } catch {
    throw parseError('the body is not JSON in UTF-8')
  }
}

/** Strictly: nothing is replaced, and a byte order mark stays, which JSON does not know. */
function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1')
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8')
  return bytes.toString()
}

/** Counts before parsing, because the parser itself recurses. What stands inside strings does not count. */
function measure(bytes: Buffer): { readonly depth: number; readonly values: number } {
  let open = 0
  let depth = 0
  let values = 1
  let inString = false
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (inString) {
      if (byte === 0x5c) index++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x2c) values++
    else if (byte === 0x7b || byte === 0x5b) depth = Math.max(depth, ++open)
    else if (byte === 0x7d || byte === 0x5d) open--
  }
  return { depth, values }
}

function parseError(why: string): Refusal {
  return rpcRefusal({ status: 400, code: rpcCode.parseError, message: `Parse error: ${why}` })
}
