import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { refuse, type Checked } from './checked.ts'
import type { Finding } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'

const conventional = ['src/index.ts', 'src/index.mjs', 'src/index.js', 'index.ts', 'index.mjs', 'index.js']

/**
 * Finds the file that a plugin's folder is imported by: `exports["."]` of its package.json, else `main`, else
 * `src/index.ts` and the like.
 *
 * @returns the real path of a file inside the folder
 */
export async function pluginEntry(folder: string): Promise<Checked<string>> {
  const manifest = await readManifest(folder)
  if ('code' in manifest) return { ok: false, findings: [manifest] }
  const named = entryOf(manifest.value)
  for (const candidate of named === undefined ? conventional : [named]) {
    const path = join(folder, candidate)
    if ((await stat(path).catch(() => undefined))?.isFile() !== true) continue
    const [root, real] = await Promise.all([realpath(folder), realpath(path)])
    const inside = relative(root, real)
    if (!isAbsolute(inside) && inside !== '..' && !inside.startsWith(`..${sep}`)) return { ok: true, value: real }
    const mend = 'Point "exports" of its package.json to a file inside the folder.'
    return {
      ok: false,
      findings: [{ code: 'no_entry', message: `its entry ${candidate} lies outside its folder`, mend }],
    }
  }
  const message =
    named === undefined ? 'it has no src/index.ts' : `its package.json names ${named}, which does not exist`
  const mend = 'Write src/index.ts with "export default definePlugin({ ... })".'
  return refuse('no_entry', message, mend)
}

async function readManifest(folder: string): Promise<{ readonly value: Readonly<Record<string, unknown>> } | Finding> {
  const mend = 'Write a package.json with "type": "module" and "exports": { ".": "./src/index.ts" }.'
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    if (isPlainObject(value)) return { value }
    return { code: 'bad_package', message: 'its package.json is not an object', mend }
  } catch (error) {
    const broken = error instanceof SyntaxError
    return { code: 'bad_package', message: broken ? 'its package.json is not JSON' : 'it has no package.json', mend }
  }
}

function entryOf(manifest: Readonly<Record<string, unknown>>): string | undefined {
  const { exports, main } = manifest
  const root = isPlainObject(exports) && Object.hasOwn(exports, '.') ? exports['.'] : exports
  for (const candidate of [root, ...conditionsOf(root), main]) if (typeof candidate === 'string') return candidate
  return undefined
}

function conditionsOf(target: unknown): readonly unknown[] {
  return isPlainObject(target) ? [target['import'], target['node'], target['default']] : []
}
