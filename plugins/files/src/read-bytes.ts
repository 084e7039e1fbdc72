import type { FileHandle } from 'node:fs/promises'

/** Reads up to `length` bytes from `offset`; fewer at the end of the file. */
export async function readBytes(
  handle: FileHandle,
  offset: number,
  length: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    signal.throwIfAborted()
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
