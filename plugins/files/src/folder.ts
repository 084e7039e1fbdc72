import { constants } from 'node:fs'
import { lstat, mkdir, open, readlink, realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { leadsOut, systemCode } from './file-failure.ts'
import { isInsideRoot, type Root } from './root.ts'

/** A folder inside the root, held open. */
export interface Folder extends AsyncDisposable {
  /** Absolute, without symbolic links when it was opened. */
  readonly path: string
  /**
   * The path to use for an entry. On Linux it goes through the open folder itself, so that renaming the folder, or
   * putting a link in its place, changes nothing for whoever uses the path.
   */
  at(name: string): string
}

/**
 * Checks that an open file or folder is inside the root, under the link-free path that it was opened by.
 *
 * @throws ToolError if it is not
 */
export async function assertInside(root: Root, handle: FileHandle, path: string): Promise<void> {
  if (!isInsideRoot(root, path)) throw leadsOut()
  if (root.descriptors !== undefined) {
    // The kernel's own answer for what is open: a path that is resolved again could be swapped in between.
    if ((await readlink(`${root.descriptors}/${handle.fd}`)) !== path) throw leadsOut()
    return
  }
  if ((await realpath(path)) !== path) throw leadsOut()
  const [held, named] = await Promise.all([handle.stat({ bigint: true }), lstat(path, { bigint: true })])
  if (held.dev !== named.dev || held.ino !== named.ino) throw leadsOut()
}

async function resolveInside(root: Root, path: string): Promise<string> {
  const real = await realpath(path)
  if (!isInsideRoot(root, real)) throw leadsOut()
  return real
}

/**
 * The path that names lead to, without symbolic links. A link is followed if it stays inside the root.
 *
 * @throws ToolError if it leads out
 */
export const locate = (root: Root, names: readonly string[]): Promise<string> =>
  resolveInside(root, join(root.path, ...names))

/**
 * Opens a folder by its link-free path.
 *
 * @throws ToolError if the path leads out of the root
 */
export async function openFolder(root: Root, path: string): Promise<Folder> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    await assertInside(root, handle, path)
  } catch (error) {
    await handle.close()
    throw error
  }
  const base = root.descriptors === undefined ? path : `${root.descriptors}/${handle.fd}`
  return {
    path,
    at: (name) => `${base}/${name}`,
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/**
 * Opens a folder by names from the root down, and makes those that are missing.
 *
 * @throws ToolError if the names lead out of the root
 */
export async function openFolderForWriting(root: Root, names: readonly string[]): Promise<Folder> {
  let path = root.path
  for (const name of names) {
    await using parent = await openFolder(root, path)
    await mkdir(parent.at(name), { mode: 0o700 }).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error
    })
    path = await resolveInside(root, join(path, name))
  }
  return openFolder(root, path)
}
