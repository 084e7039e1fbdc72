const newline = 0x0a

/**
 * Cuts a stream into lines, without their ends, counting bytes as they come. A last line needs no end.
 *
 * @param limit bytes of a line
 * @returns the lines; undefined for one that is longer, as soon as it is known to be, whose bytes are then dropped
 */
export async function* readLines(input: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer | undefined> {
  let parts: Buffer[] = []
  let size = 0
  for await (const chunk of input) {
    for (let start = 0; start < chunk.length;) {
      const found = chunk.indexOf(newline, start)
      const end = found === -1 ? chunk.length : found
      const fitted = size <= limit
      size += end - start
      if (size <= limit) parts.push(chunk.subarray(start, end))
      else parts = []
      if (size > limit && fitted) yield undefined
      if (found !== -1) {
        if (size <= limit) yield Buffer.concat(parts)
        parts = []
        size = 0
      }
      start = end + 1
    }
  }
  if (size > 0 && size <= limit) yield Buffer.concat(parts)
}
