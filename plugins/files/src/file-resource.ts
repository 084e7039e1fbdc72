import { readdir } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { defineResourceTemplate, ToolError, type ResourceContents } from '@toolgate/plugin'
import { decodeText } from './decode-text.ts'
import { speakingFileErrors, systemCode } from './file-failure.ts'
import { locate, openFolder } from './folder.ts'
import { openFile } from './open-file.ts'
import { readBytes } from './read-bytes.ts'
import { parseRelativePath } from './relative-path.ts'
import type { Root } from './root.ts'
import { walkFiles } from './walk-files.ts'

/** Files that `resources/list` shows. */
const mostListed = 500
/** Names that one completion gives. */
const mostCompleted = 100

/** The URI of a file, by the names on the way to it. */
export const fileUri = (names: readonly string[]): string => `files:///${names.map(encodeURIComponent).join('/')}`

async function readWhole(root: Root, path: string, limit: number, signal: AbortSignal): Promise<ResourceContents> {
  signal.throwIfAborted()
  await using handle = await openFile(root, parseRelativePath(path))
  const { size } = await handle.stat()
  if (size > limit) throw new ToolError(`The file has ${size} bytes, more than ${limit}: files_read reads it in parts.`)
  const bytes = await readBytes(handle, 0, size, signal)
  const decoded = decodeText(bytes, true)
  if (decoded !== undefined) return { mimeType: 'text/plain', text: decoded.text }
  return { mimeType: 'application/octet-stream', blob: Buffer.from(bytes).toString('base64') }
}

/** Undefined for what is not there, so that the caller gets the protocol's own answer. */
async function unlessMissing<Result>(run: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await run()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined
    throw error
  }
}

/** The entries that begin with what was typed, folders with a slash at the end. */
async function completePath(root: Root, value: string): Promise<readonly string[]> {
  const folderEnd = value.lastIndexOf('/') + 1
  const [above, start] = [value.slice(0, folderEnd), value.slice(folderEnd)]
  await using folder = await openFolder(root, await locate(root, parseRelativePath(above || '.')))
  const entries = await readdir(folder.at('.'), { withFileTypes: true })
  return entries
    .filter((entry) => entry.name.startsWith(start) && (entry.isFile() || entry.isDirectory()))
    .map((entry) => `${above}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .sort()
    .slice(0, mostCompleted)
}

async function listAll(root: Root, entries: number, signal: AbortSignal) {
  const found: { uri: string; name: string }[] = []
  for await (const { path } of walkFiles(root, root.path, { entries }, signal)) {
    const names = relative(root.path, path).split(sep)
    // A name that is no text cannot be asked for by a URI.
    if (names.some((name) => !name.isWellFormed())) continue
    found.push({ uri: fileUri(names), name: names.join('/').slice(0, 200) })
    if (found.length >= mostListed) break
  }
  return found
}

/** `files:///{+path}`: a file to read whole, as `files_read` reads it in parts. */
export const fileResource = (root: Root, limits: { readonly readBytes: number; readonly entries: number }) =>
  defineResourceTemplate({
    uriTemplate: 'files:///{+path}',
    name: 'file',
    title: 'A file',
    description: `A file of at most ${limits.readBytes} bytes: UTF-8 text as it is, anything else as base64.`,
    scopes: ['files:read'],
    complete: {
      path: async (value) => (await unlessMissing(() => completePath(root, value))) ?? [],
    },
    list: ({ signal }) => listAll(root, limits.entries, signal),
    read: ({ path }, { signal }) =>
      speakingFileErrors(async () => {
        const contents = await unlessMissing(() => readWhole(root, path, limits.readBytes, signal))
        return contents && { contents: [contents] }
      }),
  })
