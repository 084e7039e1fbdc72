import { rpcCode, rpcRefusal, type Refusal } from '../errors.ts'

const deepest = 64
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Bytes to one JSON value, once.
 *
 * @throws Refusal 400 -32700 for what is not UTF-8, not JSON (RFC 8259) or nested deeper than 64
 */
export function parseJson(bytes: Buffer): unknown {
  if (nesting(bytes) > deepest) throw parseError(`nested deeper than ${String(deepest)}`)
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown
  } catch {
    throw parseError('the body is not JSON in UTF-8')
  }
}

/** Counts before parsing, because the parser itself recurses. Inside strings brackets do not count. */
function nesting(bytes: Buffer): number {
  let depth = 0
  let most = 0
  let inString = false
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (inString) {
      if (byte === 0x5c) index++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b || byte === 0x5b) most = Math.max(most, ++depth)
    else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return most
}

function parseError(why: string): Refusal {
  return rpcRefusal({ status: 400, code: rpcCode.parseError, message: `Parse error: ${why}` })
}
