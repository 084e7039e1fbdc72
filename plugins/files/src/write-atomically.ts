import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolError } from '@toolgate/plugin'
import { systemCode } from './file-failure.ts'
import { assertInside, type Folder } from './folder.ts'
import type { Root } from './root.ts'

/** What to write, and whether an existing file may be replaced. */
export interface WriteRequest {
  readonly bytes: Uint8Array
  readonly overwrite: boolean
  readonly signal: AbortSignal
}

async function modeOfExisting(path: string): Promise<number | undefined> {
  try {
    const stats = await lstat(path)
    if (stats.isDirectory()) throw new ToolError('This is a folder, not a file.')
    if (!stats.isFile()) throw new ToolError('This is a link or a special file, which is not written to.')
    return stats.mode & 0o777
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

const exists = () => new ToolError('The file exists. To replace it, set "overwrite" to true.')

async function writeTemporary(root: Root, folder: Folder, name: string, mode: number, request: WriteRequest) {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  await using handle = await open(folder.at(name), flags, 0o600)
  await assertInside(root, handle, join(folder.path, name))
  await handle.writeFile(request.bytes, { signal: request.signal })
  await handle.chmod(mode)
  await handle.sync()
}

async function putInPlace(folder: Folder, temporary: string, name: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(folder.at(temporary), folder.at(name))
  try {
    // A hard link fails if the name is taken, in one step, where a rename would replace it.
    await link(folder.at(temporary), folder.at(name))
  } catch (error) {
    throw systemCode(error) === 'EEXIST' ? exists() : error
  }
}

/**
 * Writes a whole file of an open folder, so that others see the old one, none, or all of the new one. A new file has
 * mode 0600; one that is replaced keeps its mode.
 *
 * @returns whether there was a file before
 * @throws ToolError if the file exists and `overwrite` is false, or if the name is taken by anything but a regular file
 */
export async function writeAtomically(
  root: Root,
  folder: Folder,
  name: string,
  request: WriteRequest,
): Promise<boolean> {
  const mode = await modeOfExisting(folder.at(name))
  if (mode !== undefined && !request.overwrite) throw exists()
  const temporary = `.${randomUUID()}.tmp`
  try {
    await writeTemporary(root, folder, temporary, mode ?? 0o600, request)
    request.signal.throwIfAborted()
    await putInPlace(folder, temporary, name, request.overwrite)
  } finally {
    await unlink(folder.at(temporary)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
    })
  }
  return mode !== undefined
}
