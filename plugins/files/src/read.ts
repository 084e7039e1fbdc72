import { defineTool, ToolError } from '@toolgate/plugin'
import { decodeText } from './decode-text.ts'
import { speakingFileErrors } from './file-failure.ts'
import { openFile } from './open-file.ts'
import { readBytes } from './read-bytes.ts'
import { parseRelativePath, pathSchema } from './relative-path.ts'
import type { Root } from './root.ts'

async function readPart(root: Root, path: string, offset: number, length: number, signal: AbortSignal) {
  signal.throwIfAborted()
  await using handle = await openFile(root, parseRelativePath(path))
  const { size } = await handle.stat()
  if (offset > size) throw new ToolError(`The file has ${size} bytes: the offset is beyond its end.`)
  const bytes = await readBytes(handle, offset, Math.min(length, size - offset), signal)
  const decoded = decodeText(bytes, offset + bytes.length >= size)
  const end = offset + (decoded?.bytes ?? bytes.length)
  return {
    content: decoded?.text ?? Buffer.from(bytes).toString('base64'),
    encoding: decoded ? 'utf8' : 'base64',
    size,
    ...(end < size && end > offset && { nextOffset: end }),
  }
}

/** `files_read`: a file, or a part of it, as text or base64. */
export const readFile = (root: Root, limits: { readonly readBytes: number }) =>
  defineTool({
    name: 'files_read',
    title: 'Read a file',
    description: `Reads a file, at most ${limits.readBytes} bytes at a time: UTF-8 text as it is, anything else as base64.`,
    scopes: ['files:read'],
    annotations: { readOnlyHint: true, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: {
        path: pathSchema,
        offset: {
          type: 'integer',
          description: 'The byte to begin at: 0, or `nextOffset` of the answer before',
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
          default: 0,
        },
      },
      required: ['path'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        content: { type: 'string' },
        encoding: { enum: ['utf8', 'base64'] },
        size: { type: 'integer', description: 'Bytes of the whole file' },
        nextOffset: { type: 'integer', description: 'Give it as `offset` for the rest; absent at the end of the file' },
      },
      required: ['content', 'encoding', 'size'],
      additionalProperties: false,
    },
    handler: ({ path, offset }, { signal }) =>
      speakingFileErrors(() => readPart(root, path, offset, limits.readBytes, signal)),
  })
