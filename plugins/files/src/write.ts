import { defineTool, ToolError } from '@toolgate/plugin'
import { encodeContent } from './encode-content.ts'
import { speakingFileErrors } from './file-failure.ts'
import { openFolderForWriting } from './folder.ts'
import { parseRelativePath, pathSchema } from './relative-path.ts'
import type { Root } from './root.ts'
import { writeAtomically } from './write-atomically.ts'

/** What a write is bounded by, and who is told of it. */
export interface WriteOptions {
  readonly writeBytes: number
  /** Hears the names on the way to a file that was written. */
  readonly changed: (names: readonly string[]) => void
}

/** `files_write`: writes a whole file. Replacing an existing one must be asked for, and asks for one more scope. */
export const writeFile = (root: Root, { writeBytes, changed }: WriteOptions) =>
  defineTool({
    name: 'files_write',
    title: 'Write a file',
    description: `Writes a whole file of at most ${writeBytes} bytes, and the folders on the way. An existing file is replaced only if "overwrite" is true, which takes the scope files:overwrite too.`,
    scopes: ['files:write'],
    when: [
      {
        arguments: { type: 'object', properties: { overwrite: { const: true } }, required: ['overwrite'] },
        scopes: ['files:overwrite'],
      },
    ],
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: {
        path: pathSchema,
        content: { type: 'string' },
        encoding: { type: 'string', enum: ['utf8', 'base64'], default: 'utf8' },
        overwrite: { type: 'boolean', description: 'Replace the file if it exists', default: false },
      },
      required: ['path', 'content'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: { size: { type: 'integer', description: 'Bytes written' }, replaced: { type: 'boolean' } },
      required: ['size', 'replaced'],
      additionalProperties: false,
    },
    handler({ path, content, encoding, overwrite }, { signal }) {
      return speakingFileErrors(async () => {
        signal.throwIfAborted()
        const names = parseRelativePath(path)
        const name = names.at(-1)
        if (name === undefined || path.endsWith('/')) throw new ToolError('Give the path of a file, not of a folder.')
        const bytes = encodeContent(content, encoding)
        if (bytes.length > writeBytes) {
          throw new ToolError(`The content has ${bytes.length} bytes; ${writeBytes} are allowed.`)
        }
        await using folder = await openFolderForWriting(root, names.slice(0, -1))
        const replaced = await writeAtomically(root, folder, name, { bytes, overwrite, signal })
        changed(names)
        return { size: bytes.length, replaced }
      })
    },
  })
