import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { RegistryError } from './errors.ts'
import type { LoadFault } from './load-fault.ts'

/** What stands in the plugins folder. */
export interface PluginFolders {
  /** Names of the sub-folders, sorted. */
  readonly names: readonly string[]
  /** Files that look like plugins but are none. */
  readonly faults: readonly LoadFault[]
}

const hint = 'Run "toolgate plugin new NAME", copy a plugin folder in, or set plugins.folder in mcp.config.ts.'
const code = ['.ts', '.mts', '.js', '.mjs', '.cjs']

/**
 * Looks for plugins: every sub-folder is one, but `node_modules` and what begins with a dot.
 *
 * @param folder absolute path
 * @throws RegistryError if the folder is missing or holds no plugin
 */
export async function findPluginFolders(folder: string): Promise<PluginFolders> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const message = `the plugins folder ${folder} ${missing ? 'does not exist' : 'cannot be read'}`
    throw new RegistryError(missing ? 'folder_missing' : 'folder_unreadable', message, hint, { cause })
  })
  const names: string[] = []
  const faults: LoadFault[] = []
  for (const name of entries.sort()) {
    if (name.startsWith('.') || name === 'node_modules') continue
    const path = join(folder, name)
    if ((await stat(path).catch(() => undefined))?.isDirectory() === true) names.push(name)
    else if (code.includes(extname(name))) faults.push(notAFolder(name, path))
  }
  if (names.length === 0 && faults.length === 0) {
    throw new RegistryError('folder_empty', `the plugins folder ${folder} holds no plugin`, hint)
  }
  return { names, faults }
}

function notAFolder(name: string, path: string): LoadFault {
  const plugin = name.slice(0, -extname(name).length)
  const message = `${name} is a file, and a plugin is a folder`
  const mend = `Move it to ${plugin}/src/index${extname(name)} and put a package.json beside src.`
  return { plugin, folder: path, code: 'not_a_folder', message, mend }
}
