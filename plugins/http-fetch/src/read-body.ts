import { Readable, type Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip } from 'node:zlib'
import { ToolError } from '@toolgate/plugin'
import type { Answer } from './request-page.ts'

/** The beginning of a body, decompressed. */
export interface Body {
  readonly bytes: Buffer
  /** Whether the body goes on. */
  readonly truncated: boolean
}

function decompressor(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return undefined
    case 'gzip':
    case 'x-gzip':
      // A body that is cut at the limit ends in the middle of its compressed data.
      return createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH })
    default:
      throw new ToolError('The server compressed its answer in a way that was not asked for.')
  }
}

/**
 * Reads a body until it ends or has `maxBytes`, counted both as they travel and decompressed, so that neither an endless
 * body nor a decompression bomb takes more memory.
 *
 * @throws ToolError for an unknown content encoding
 */
export async function readBody(answer: Answer, maxBytes: number): Promise<Body> {
  let truncated = false

  async function* upTo(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let total = 0
    for await (const chunk of source) {
      const room = maxBytes - total
      total += chunk.length
      if (chunk.length > room) {
        truncated = true
        yield chunk.subarray(0, room)
        return
      }
      yield chunk
    }
  }

  const transform = decompressor(answer.header('content-encoding'))
  const travelled = upTo(answer.body)
  const chunks: Buffer[] = []
  if (!transform) {
    for await (const chunk of travelled) chunks.push(chunk)
  } else {
    const source = Readable.from(travelled)
    source.on('error', (error) => transform.destroy(error))
    for await (const chunk of upTo(source.pipe(transform))) chunks.push(chunk)
    source.destroy()
  }
  return { bytes: Buffer.concat(chunks), truncated }
}
