import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cosmiconfig, defaultLoaders, type Loader } from 'cosmiconfig'
import { fault } from './config-fault.ts'
import { ConfigError } from './errors.ts'

/** Names that a config may have, in the folder where it is looked for. */
export const configNames = ['ts', 'js', 'mjs', 'json', 'yaml'].map((extension) => `mcp.config.${extension}`)

const init = 'Run "toolgate init", change to the folder of the config, or name it with --config FILE.'

// Cosmiconfig's own loader falls back to `require`, which hides why an import failed, and takes a missing default export
// for an empty file. What a loader gives is wrapped, so that null, undefined and `$import` mean nothing to cosmiconfig.
const loadModule: Loader = async (path) => {
  const module: unknown = await import(pathToFileURL(path).href)
  const exported = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
  return { exported }
}
const loadData =
  (load: Loader): Loader =>
  async (path, content) => ({ exported: await (load(path, content) as unknown) })

const explorer = cosmiconfig('mcp', {
  cache: false,
  searchStrategy: 'none',
  searchPlaces: configNames,
  loaders: {
    '.ts': loadModule,
    '.js': loadModule,
    '.mjs': loadModule,
    '.json': loadData(defaultLoaders['.json']),
    '.yaml': loadData(defaultLoaders['.yaml']),
  },
})

/** What a config file holds, not yet checked. */
export interface ConfigFile {
  /** Absolute path. */
  readonly file: string
  readonly exported: unknown
}

/**
 * Reads the named file, or the one `mcp.config.*` of a folder; folders above are not searched.
 *
 * @throws ConfigError if there is none, or more than one, or it cannot be read
 */
export async function readConfigFile(folder: string, named: string | undefined): Promise<ConfigFile> {
  const file = named === undefined ? await findConfig(folder) : resolve(folder, named)
  if (!(await isFile(file))) {
    throw new ConfigError(file, [fault('not_found', '', 'the config file does not exist', init)])
  }
  const exported = await load(file)
  if (exported === undefined || exported === null) {
    const mend = 'Write "export default defineConfig({ ... })".'
    throw new ConfigError(file, [fault('empty', '', 'the config file has no default export, or is empty', mend)])
  }
  return { file, exported }
}

async function findConfig(folder: string): Promise<string> {
  const paths = configNames.map((name) => join(resolve(folder), name))
  const present = await Promise.all(paths.map(isFile))
  const found = paths.filter((_, index) => present[index])
  const [first, second] = found
  if (first === undefined) {
    const message = `there is no ${configNames[0] ?? ''} (or .js, .mjs, .json, .yaml) in ${resolve(folder)}`
    throw new ConfigError(undefined, [fault('not_found', '', message, init)])
  }
  if (second !== undefined) {
    const message = `there are several configs: ${found.join(', ')}`
    throw new ConfigError(undefined, [fault('ambiguous', '', message, 'Keep one, or name it with --config FILE.')])
  }
  return first
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}

async function load(file: string): Promise<unknown> {
  try {
    const result: unknown = (await explorer.load(file))?.config
    return (result as { readonly exported: unknown } | undefined)?.exported
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    // Node's stack of a syntax error begins with the file and the line, if it knows them.
    const line = cause instanceof SyntaxError ? /^.+:(\d+)\n/.exec(cause.stack ?? '')?.[1] : undefined
    const place = line === undefined ? '' : ` (line ${line})`
    const message = `the config file cannot be loaded: ${reason}${place}`
    const mend = 'Correct the file; it is .ts, .js, .mjs, .json or .yaml.'
    throw new ConfigError(file, [fault('unreadable', '', message, mend)], { cause })
  }
}
