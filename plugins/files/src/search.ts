import { relative, sep } from 'node:path'
import { defineTool, ToolError } from '@toolgate/plugin'
import { decodeText } from './decode-text.ts'
import { speakingFileErrors } from './file-failure.ts'
import { findText, type LineMatch } from './find-text.ts'
import { locate } from './folder.ts'
import { readBytes } from './read-bytes.ts'
import { parseRelativePath, pathSchema } from './relative-path.ts'
import type { Root } from './root.ts'
import { walkFiles, type WalkBudget } from './walk-files.ts'

/** How much one search may look at. */
export interface SearchLimits {
  /** Files and folders. */
  readonly entries: number
  readonly bytes: number
}

interface Search {
  readonly query: string
  readonly ignoreCase: boolean
  readonly limit: number
  readonly signal: AbortSignal
}

/** A longer file is passed over, like a binary one. */
const fileBytes = 1_048_576

async function searchBelow(root: Root, start: string, limits: SearchLimits, search: Search) {
  const matches: (LineMatch & { readonly path: string })[] = []
  const walk: WalkBudget = { entries: limits.entries }
  let bytesLeft = limits.bytes
  let filesSearched = 0
  for await (const { path, handle } of walkFiles(root, start, walk, search.signal)) {
    const { size } = await handle.stat()
    if (size > fileBytes) continue
    if (size > bytesLeft) return { matches, filesSearched, complete: false }
    bytesLeft -= size
    const text = decodeText(await readBytes(handle, 0, size, search.signal), true)?.text
    if (text === undefined) continue
    filesSearched++
    const name = relative(root.path, path).replaceAll(sep, '/')
    const room = search.limit - matches.length
    const found = findText(text, search.query, search.ignoreCase, room + 1)
    matches.push(...found.slice(0, room).map((match) => ({ path: name, ...match })))
    if (found.length > room) return { matches, filesSearched, complete: false }
  }
  return { matches, filesSearched, complete: walk.entries >= 0 }
}

const matchSchema = {
  type: 'object',
  properties: {
    path: { type: 'string' },
    line: { type: 'integer', description: 'From 1' },
    text: { type: 'string', description: 'The line, cut if it is long' },
  },
  required: ['path', 'line', 'text'],
  additionalProperties: false,
} as const

/** `files_search`: the lines below a folder that hold a literal text, within bounds. */
export const searchFiles = (root: Root, limits: SearchLimits) =>
  defineTool({
    name: 'files_search',
    title: 'Search files',
    description:
      'Finds lines that hold a text, taken literally, in the text files below a folder. Links, binary files and files over 1 MiB are passed over.',
    scopes: ['files:read'],
    annotations: { readOnlyHint: true, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: {
        query: { type: 'string', description: 'Part of one line', minLength: 1, maxLength: 500 },
        path: { ...pathSchema, default: '.' },
        ignoreCase: { type: 'boolean', default: false },
        limit: { type: 'integer', description: 'Most lines to answer', minimum: 1, maximum: 500, default: 50 },
      },
      required: ['query'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        matches: { type: 'array', items: matchSchema },
        filesSearched: { type: 'integer' },
        complete: { type: 'boolean', description: 'False if a bound ended the search: narrow the path or the query' },
      },
      required: ['matches', 'filesSearched', 'complete'],
      additionalProperties: false,
    },
    handler({ query, path, ignoreCase, limit }, { signal }) {
      return speakingFileErrors(async () => {
        signal.throwIfAborted()
        if (/[\r\n]/u.test(query)) throw new ToolError('The query is part of one line: it holds no line break.')
        const start = await locate(root, parseRelativePath(path))
        return searchBelow(root, start, limits, { query, ignoreCase, limit, signal })
      })
    },
  })
