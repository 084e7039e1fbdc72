import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { loadRegistry, type Registry, type RegistryOptions } from '@toolgate/registry'

/** Source of a module per file, or of `src/index.ts` alone. */
export type PluginFiles = string | Readonly<Record<string, string>>

export interface LoggedLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

const folders: string[] = []
const registries: Registry[] = []

/** Writes plugins into a new folder inside the repository, where they can import `@toolgate/plugin`. */
export async function pluginsFolder(plugins: Readonly<Record<string, PluginFiles>>): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, '../.tmp-'))
  folders.push(folder)
  for (const [name, files] of Object.entries(plugins)) {
    const all = typeof files === 'string' ? { 'src/index.ts': files, 'package.json': '{"type":"module"}' } : files
    for (const [path, text] of Object.entries(all)) {
      await mkdir(dirname(join(folder, name, path)), { recursive: true })
      await writeFile(join(folder, name, path), text)
    }
  }
  return folder
}

/** Source of a plugin whose tools are given as JavaScript, each put over a sound read-only tool. */
export function pluginSource(name: string, ...tools: readonly string[]): string {
  const list = tools.map((tool) => `{ ...tool, ...(${tool}) }`).join(', ')
  return `const tool = {
    name: '${name}_run', description: 'Runs.', scopes: ['${name}:read'],
    annotations: { readOnlyHint: true }, handler: (args: unknown) => ({ args }),
  }
  export default { name: '${name}', tools: [${list}] }`
}

/** Loads with nothing set but what is given. */
export async function load(folder: string, options: Partial<RegistryOptions> = {}): Promise<Registry> {
  const registry = await loadRegistry({
    folder,
    settings: {},
    overrides: {},
    dataFolder: join(folder, '.state'),
    logger: recordingLogger([]),
    defaults: { visibility: 'granted', callMs: 30_000 },
    ...options,
  })
  registries.push(registry)
  return registry
}

/** A logger that keeps what it is told. */
export function recordingLogger(lines: LoggedLine[]): Logger {
  const at =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      lines.push({ level, message, fields })
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Closes what `load` opened and removes what `pluginsFolder` wrote. */
export async function removePluginsFolders(): Promise<void> {
  await Promise.all(registries.splice(0).map((registry) => registry.close()))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
}
