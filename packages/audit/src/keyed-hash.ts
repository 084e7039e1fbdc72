import { hash } from 'node:crypto'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const TEXT_BYTES = 4096

function padded(key: Buffer, pad: number, length: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES + length)
  for (let index = 0; index < BLOCK_BYTES; index += 1) bytes[index] = (key[index] ?? 0) ^ pad
  return bytes
}

/**
 * HMAC-SHA256 in base64url under one key (RFC 2104), of two one-shot hashes: on short texts it takes a third of the time of
 * `createHmac`, which sets up a stream and the key for every text.
 *
 * @param key - at most 64 bytes
 * @throws {TypeError} for a longer key
 */
export function createKeyedHash(key: Buffer): (text: string) => string {
  if (key.length > BLOCK_BYTES) throw new TypeError(`a key of the keyed hash has at most ${String(BLOCK_BYTES)} bytes`)
  const inner = padded(key, 0x36, TEXT_BYTES)
  const outer = padded(key, 0x5c, DIGEST_BYTES)
  return (text) => {
    const long = text.length * 3 > TEXT_BYTES
    const bytes = long ? Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]) : inner
    const end = long ? bytes.length : BLOCK_BYTES + bytes.write(text, BLOCK_BYTES)
    // As text of one character per byte: that is made faster than a buffer.
    outer.write(hash('sha256', bytes.subarray(0, end), 'binary'), BLOCK_BYTES, 'binary')
    return hash('sha256', outer, 'base64url')
  }
}
