import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ToolError } from '@toolgate/plugin'
import { assertInside, locate, openFolder, type Folder } from './folder.ts'
import type { Root } from './root.ts'

/**
 * Opens a regular file of an open folder for reading. A link is never followed, and a pipe or device never waited for.
 *
 * @throws ToolError if it is no regular file, or not inside the root
 */
export async function openFileIn(root: Root, folder: Folder, name: string): Promise<FileHandle> {
  const handle = await open(folder.at(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) throw new ToolError('This is a folder, not a file.')
    if (!stats.isFile()) throw new ToolError('This is not a regular file.')
    await assertInside(root, handle, join(folder.path, name))
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Opens the regular file that names lead to, through links that stay inside the root.
 *
 * @throws ToolError if it is no regular file, or not inside the root
 */
export async function openFile(root: Root, names: readonly string[]): Promise<FileHandle> {
  const path = await locate(root, names)
  if (path === root.path) throw new ToolError('This is a folder, not a file.')
  await using folder = await openFolder(root, dirname(path))
  return await openFileIn(root, folder, basename(path))
}
