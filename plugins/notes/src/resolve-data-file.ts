import { closeSync, constants, lstatSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

const leadsOut = (file: string) => new Error(`The setting "file" (${file}) leads out of the plugin's data folder`)

const isInside = (folder: string, path: string) => {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/**
 * The absolute path of a file inside the data folder. The folders on the way are made, and the file too, readable by
 * its owner alone.
 *
 * @throws Error if the path, or a symbolic link on the way, leads out of the data folder
 */
export function resolveDataFile(dataFolder: string, file: string): string {
  const root = realpathSync(dataFolder)
  const target = resolve(root, file)
  if (target === root || !isInside(root, target)) throw leadsOut(file)
  makeFolders(root, dirname(target), file)
  if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) throw leadsOut(file)
  const path = join(realpathSync(dirname(target)), basename(target))
  closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600))
  return path
}

function makeFolders(root: string, folder: string, file: string): void {
  let current = root
  for (const name of relative(root, folder).split(sep).filter(Boolean)) {
    current = join(current, name)
    mkdirSync(current, { recursive: true, mode: 0o700 })
    current = realpathSync(current)
    if (!isInside(root, current)) throw leadsOut(file)
  }
}
