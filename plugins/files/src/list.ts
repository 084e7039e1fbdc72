import { lstat, readdir } from 'node:fs/promises'
import type { Dirent } from 'node:fs'
import { defineTool } from '@toolgate/plugin'
import { speakingFileErrors, systemCode } from './file-failure.ts'
import { locate, openFolder, type Folder } from './folder.ts'
import { parseRelativePath, pathSchema } from './relative-path.ts'
import type { Root } from './root.ts'

const entrySchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    type: { enum: ['file', 'folder', 'link', 'other'] },
    size: { type: 'integer', description: 'Bytes, of a file' },
    modifiedAt: { type: 'string', format: 'date-time' },
  },
  required: ['name', 'type', 'modifiedAt'],
  additionalProperties: false,
} as const

function typeOf(entry: Dirent): 'file' | 'folder' | 'link' | 'other' {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

const byName = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1)

async function describe(folder: Folder, entry: Dirent) {
  try {
    const { size, mtime } = await lstat(folder.at(entry.name))
    const type = typeOf(entry)
    return { name: entry.name, type, ...(type === 'file' && { size }), modifiedAt: mtime.toISOString() }
  } catch (error) {
    // Deleted since the folder was read.
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** `files_list`: one folder's entries by name, in pages. Links are named, not followed. */
export const listFiles = (root: Root) =>
  defineTool({
    name: 'files_list',
    title: 'List files',
    description: 'Lists the files and folders of one folder by name.',
    scopes: ['files:read'],
    annotations: { readOnlyHint: true, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: {
        path: { ...pathSchema, default: '.' },
        limit: { type: 'integer', description: 'Entries per page', minimum: 1, maximum: 1_000, default: 200 },
        cursor: { type: 'string', description: '`nextCursor` of the page before', maxLength: 1_024 },
      },
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        entries: { type: 'array', items: entrySchema },
        nextCursor: { type: 'string', description: 'Give it as `cursor` for the next page; absent on the last one' },
      },
      required: ['entries'],
      additionalProperties: false,
    },
    handler({ path, limit, cursor = '' }, { signal }) {
      return speakingFileErrors(async () => {
        signal.throwIfAborted()
        await using folder = await openFolder(root, await locate(root, parseRelativePath(path)))
        const all = await readdir(folder.at('.'), { withFileTypes: true })
        signal.throwIfAborted()
        const rest = all.filter((entry) => entry.name > cursor).sort(byName)
        const page = rest.slice(0, limit)
        const entries = (await Promise.all(page.map((entry) => describe(folder, entry)))).filter(
          (entry) => entry !== undefined,
        )
        const last = page.at(-1)
        return rest.length > limit && last ? { entries, nextCursor: last.name } : { entries }
      })
    },
  })
