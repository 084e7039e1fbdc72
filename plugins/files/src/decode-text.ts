const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** How many bytes at the end are the beginning of a UTF-8 sequence that goes on beyond them: 0 to 3. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0b1100_0000) === 0b1000_0000) continue
    const length = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}

/** Text, and how many of the bytes it took. */
export interface DecodedText {
  readonly text: string
  readonly bytes: number
}

/**
 * Reads bytes as UTF-8 text.
 *
 * @param whole - false if the bytes are cut from a longer file: a character cut in two at the end is left out
 * @returns undefined if they are no text: not UTF-8, or with a zero byte
 */
export function decodeText(bytes: Uint8Array, whole: boolean): DecodedText | undefined {
  if (bytes.includes(0)) return undefined
  const used = whole ? bytes.length : bytes.length - unfinishedBytes(bytes)
  try {
    return { text: decoder.decode(bytes.subarray(0, used)), bytes: used }
  } catch {
    return undefined
  }
}
