import { join, resolve } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { createCatalogue } from './create-catalogue.ts'
import type { Catalogue } from './catalogue.ts'
import { checkTool, type CheckedTool, type ToolRules } from './check-tool.ts'
import type { Checked } from './check-scopes.ts'
import { findPluginFolders } from './find-plugin-folders.ts'
import { importPlugin, reasonOf } from './import-plugin.ts'
import { suggestion } from './known-keys.ts'
import type { Finding, LoadFault } from './load-fault.ts'
import { openPlugin, type OpenedPlugin } from './open-plugin.ts'
import { pluginLogger } from './plugin-logger.ts'
import { duplicateTools } from './duplicate-tools.ts'
import { sharedScopes } from './shared-scope.ts'
import { withTimeLimit } from './with-time-limit.ts'

/** What a registry is loaded from. */
export interface RegistryOptions extends ToolRules {
  /** The plugins folder. */
  readonly folder: string
  /** The operator's settings by plugin name. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** The host's state folder; each plugin gets `plugins/NAME` in it, of mode 0700. */
  readonly dataFolder: string
  readonly logger: Logger
  /** Milliseconds that the import and the setup and the close of one plugin may each take; 10,000 by default. */
  readonly pluginTimeLimit?: number
}

/** The tools of a plugin that waits for the operator. */
export interface NotConfigured {
  readonly plugin: string
  /** One sentence that says what to set. */
  readonly reason: string
  readonly tools: readonly string[]
}

/** The loaded plugins. */
export interface Registry {
  readonly catalogue: Catalogue
  /** Empty when every plugin is in the catalogue or waits for its settings. */
  readonly faults: readonly LoadFault[]
  readonly notConfigured: readonly NotConfigured[]
  /** Closes every plugin, also if one of them fails. */
  close(): Promise<void>
}

/** A plugin with its checked tools. */
export interface LoadedPlugin {
  readonly name: string
  readonly description: string | undefined
  readonly folder: string
  readonly notConfigured: string | undefined
  readonly tools: readonly CheckedTool[]
  close(): Promise<void>
}

const defaultTimeLimit = 10_000

/**
 * Loads every plugin of a folder. A plugin with a fault is left out whole and told in `faults`; it never keeps another
 * plugin from being loaded, but for a tool name that both have, which leaves out both.
 *
 * @throws RegistryError if the folder is missing or holds no plugin
 */
export async function loadRegistry(options: RegistryOptions): Promise<Registry> {
  const folder = resolve(options.folder)
  const found = await findPluginFolders(folder)
  const outcomes = await Promise.all(found.names.map((name) => loadPlugin(name, join(folder, name), options)))
  const loaded = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  const faults: LoadFault[] = [...found.faults]
  for (const [index, name] of found.names.entries()) {
    const outcome = outcomes[index]
    if (outcome?.ok === false) faults.push(...toFaults(name, join(folder, name), outcome.findings))
  }
  const duplicates = duplicateTools(loaded)
  faults.push(...duplicates, ...unknownSettings(found.names, folder, options.settings))
  const out = new Set(duplicates.map((fault) => fault.plugin))
  const limit = options.pluginTimeLimit ?? defaultTimeLimit
  await closePlugins(
    loaded.filter((plugin) => out.has(plugin.name)),
    options.logger,
    limit,
  )
  const kept = loaded.filter((plugin) => !out.has(plugin.name))
  return Object.freeze({
    catalogue: createCatalogue(kept, options.logger),
    faults: Object.freeze(faults),
    notConfigured: Object.freeze(kept.flatMap(waiting)),
    close: () => closePlugins(kept, options.logger, limit),
  })
}

async function loadPlugin(name: string, folder: string, options: RegistryOptions): Promise<Checked<LoadedPlugin>> {
  const timeLimit = options.pluginTimeLimit ?? defaultTimeLimit
  const imported = await importPlugin(name, folder, timeLimit)
  if (!imported.ok) return imported
  const logger = pluginLogger(options.logger, name)
  const settings = Object.hasOwn(options.settings, name) ? options.settings[name] : undefined
  const opened = await openPlugin(imported.value, { settings, dataFolder: options.dataFolder, logger, timeLimit })
  if (!opened.ok) return opened
  const tools = checkTools(name, opened.value, options)
  const { notConfigured, close } = opened.value
  const plugin = { name, folder, description: imported.value.description, notConfigured, close }
  if (tools.ok) return { ok: true, value: { ...plugin, tools: tools.value } }
  await closePlugins([plugin], options.logger, timeLimit)
  return tools
}

function checkTools(plugin: string, opened: OpenedPlugin, rules: ToolRules): Checked<readonly CheckedTool[]> {
  const checked = opened.tools.map((tool, index) => checkTool(plugin, index, tool, rules))
  const findings: Finding[] = checked.flatMap((tool) => (tool.ok ? [] : tool.findings))
  const tools = checked.flatMap((tool) => (tool.ok ? [tool.value] : []))
  findings.push(...sharedScopes(tools))
  if (opened.tools.length === 0 && opened.notConfigured === undefined) {
    const mend = 'Give at least one tool, or say in notConfigured what the operator must set.'
    findings.push({ code: 'no_tools', message: 'it has no tools', mend })
  }
  return findings.length > 0 ? { ok: false, findings } : { ok: true, value: tools }
}

function waiting({ name, notConfigured, tools }: LoadedPlugin): NotConfigured[] {
  if (notConfigured === undefined) return []
  const names = Object.freeze(tools.map((tool) => tool.listing.name))
  return [Object.freeze({ plugin: name, reason: notConfigured, tools: names })]
}

function unknownSettings(names: readonly string[], folder: string, settings: RegistryOptions['settings']): LoadFault[] {
  return Object.keys(settings)
    .filter((name) => !names.includes(name))
    .map((plugin) => ({
      plugin,
      folder: join(folder, plugin),
      code: 'settings_unknown_plugin',
      message: `plugins.settings[${JSON.stringify(plugin)}] is set, and there is no such plugin`,
      mend: suggestion(plugin, names),
    }))
}

function toFaults(plugin: string, folder: string, findings: readonly Finding[]): LoadFault[] {
  return findings.map((finding) => Object.freeze({ plugin, folder, ...finding }))
}

async function closePlugins(
  plugins: readonly Pick<LoadedPlugin, 'name' | 'close'>[],
  logger: Logger,
  timeLimit: number,
): Promise<void> {
  await Promise.all(
    plugins.map(async ({ name, close }) => {
      try {
        await withTimeLimit(close(), timeLimit)
      } catch (error) {
        logger.error('a plugin could not be closed', { plugin: name, error: reasonOf(error) })
      }
    }),
  )
}
