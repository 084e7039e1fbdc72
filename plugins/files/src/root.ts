import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, resolve, sep } from 'node:path'

/** The folder that no tool of this plugin leaves. */
export interface Root {
  /** Absolute, without symbolic links. */
  readonly path: string
  /** Where the kernel shows this process's open files, if it does (Linux). */
  readonly descriptors: string | undefined
}

const linuxDescriptors = '/proc/self/fd'
const descriptors = existsSync(linuxDescriptors) && process.platform === 'linux' ? linuxDescriptors : undefined

/** Whether an absolute, normalized path is the root or lies below it. */
export const isInsideRoot = (root: Pick<Root, 'path'>, path: string): boolean =>
  path === root.path || path.startsWith(root.path.endsWith(sep) ? root.path : root.path + sep)

/**
 * Finds the root folder. One relative to the data folder is made if need be; an absolute one must exist.
 *
 * @throws Error if it is no folder, or if a relative one leads out of the data folder
 */
export function openRoot(dataFolder: string, folder: string): Root {
  if (isAbsolute(folder)) {
    if (!statSync(folder).isDirectory()) throw new Error(`The setting "root" (${folder}) is not a folder`)
    return { path: realpathSync(folder), descriptors }
  }
  const data = { path: realpathSync(dataFolder) }
  const leadsOut = () => new Error(`The setting "root" (${folder}) leads out of the data folder: give an absolute path`)
  if (!isInsideRoot(data, resolve(data.path, folder))) throw leadsOut()
  const wanted = join(data.path, folder)
  mkdirSync(wanted, { recursive: true, mode: 0o700 })
  const root = { path: realpathSync(wanted), descriptors }
  if (!isInsideRoot(data, root.path)) throw leadsOut()
  return root
}
