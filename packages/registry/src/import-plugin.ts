import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { JsonSchema, Plugin } from '@toolgate/plugin'
import { refuse, type Checked } from './checked.ts'
import { TimeLimitError } from './errors.ts'
import { unknownKeys } from './known-keys.ts'
import type { Finding } from './load-fault.ts'
import { offerKeys, readOffers, type Offers } from './offers.ts'
import { isPlainObject } from './plain-object.ts'
import { pluginEntry } from './plugin-entry.ts'
import { hiddenCharacter } from './readable-text.ts'
import { withTimeLimit } from './with-time-limit.ts'

/** A plugin's default export, its own shape checked, its tools not yet. */
export interface ImportedPlugin {
  readonly name: string
  readonly description: string | undefined
  readonly settings: JsonSchema | undefined
  /** Absent where a `setup` gives them. */
  readonly offers: Offers | undefined
  readonly setup: Plugin['setup']
}

const keys = ['name', 'description', 'settings', 'setup', ...offerKeys]
const pluginName = /^[a-z][a-z0-9-]{0,63}$/

/**
 * Imports one plugin folder and checks the plain object that it exports.
 *
 * @param timeLimit milliseconds that the import may take
 */
export async function importPlugin(name: string, folder: string, timeLimit: number): Promise<Checked<ImportedPlugin>> {
  if (!pluginName.test(name)) {
    const mend = 'Name the folder with lower-case letters, digits and hyphens, a letter first, 64 at most.'
    return refuse('bad_name', `its folder is named ${JSON.stringify(name)}`, mend)
  }
  const entry = await pluginEntry(folder)
  if (!entry.ok) return entry
  try {
    const module: unknown = await withTimeLimit(import(pathToFileURL(entry.value).href), timeLimit)
    const plugin = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
    return checkPlugin(name, plugin)
  } catch (error) {
    return { ok: false, findings: [importFault(error)] }
  }
}

function checkPlugin(name: string, plugin: unknown): Checked<ImportedPlugin> {
  if (!isPlainObject(plugin)) {
    const mend = 'Write "export default definePlugin({ ... })".'
    return refuse('no_default_export', 'its default export is not a plugin object', mend)
  }
  const findings = unknownKeys('the plugin', plugin, keys)
  const { description, settings, setup } = plugin
  const read = readOffers(plugin)
  const offers = offerKeys.some((key) => plugin[key] !== undefined)
  if (plugin['name'] !== name) {
    const message = `the plugin calls itself ${JSON.stringify(plugin['name'])} and its folder is ${JSON.stringify(name)}`
    findings.push({ code: 'bad_name', message, mend: 'Give both the same name.' })
  }
  if (
    description !== undefined &&
    (typeof description !== 'string' || hiddenCharacter(description, true) !== undefined)
  ) {
    findings.push(bad('description is not a readable text', 'Describe the plugin in a sentence.'))
  }
  if (settings !== undefined && !isPlainObject(settings)) {
    findings.push(bad('settings is not a JSON Schema', "Write settings: { type: 'object', properties: { ... } }."))
  }
  if (offers === (setup !== undefined)) {
    const mend = 'Give tools, resources, resourceTemplates or prompts, or a setup that returns them.'
    findings.push(bad('it has not exactly one of tools and setup', mend))
  }
  findings.push(...read.findings)
  if (setup !== undefined && typeof setup !== 'function') {
    findings.push(bad('setup is not a function', 'Write setup({ settings, logger, dataFolder }) { ... }.'))
  }
  if (findings.length > 0) return { ok: false, findings }
  const bound = setup === undefined ? undefined : (setup as NonNullable<Plugin['setup']>).bind(plugin)
  return {
    ok: true,
    value: { name, description, settings, offers: offers ? read.offers : undefined, setup: bound } as ImportedPlugin,
  }
}

function importFault(error: unknown): Finding {
  if (error instanceof TimeLimitError) {
    const mend = 'Do nothing on import; open connections in setup.'
    return { code: 'import_timeout', message: `its import is ${error.message}`, mend }
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const message = `its import failed: ${reasonOf(error)}${syntaxPlace(error)}`
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return { code: 'import_failed', message, mend: 'Under node_modules a plugin must be JavaScript: compile it first.' }
  }
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return { code: 'import_failed', message, mend: 'Install what it imports, or correct the path (with its .ts).' }
  }
  return {
    code: 'import_failed',
    message,
    mend: 'Correct the plugin; "node src/index.ts" in its folder shows the whole error.',
  }
}

/** Where Node found a syntax error: its stack begins with the file and the line, if it knows them. */
function syntaxPlace(error: unknown): string {
  if (!(error instanceof SyntaxError)) return ''
  const [, file, line] = /^(?:file:\/\/)?(.+):(\d+)\n/.exec(error.stack ?? '') ?? []
  return file === undefined || line === undefined ? '' : ` (${basename(file)}, line ${line})`
}

/** The first line of whatever was thrown. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return (text.split('\n')[0] ?? '').slice(0, 300)
}

function bad(message: string, mend: string): Finding {
  return { code: 'bad_plugin', message, mend }
}
