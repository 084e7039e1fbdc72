import { join, resolve } from 'node:path'
import { scopesOf } from '@toolgate/policy'
import type { Catalogue } from './catalogue.ts'
import { createCatalogue } from './create-catalogue.ts'
import { duplicateTools } from './duplicate-tools.ts'
import { findPluginFolders } from './find-plugin-folders.ts'
import { suggestion } from './known-keys.ts'
import type { LoadFault } from './load-fault.ts'
import { closePlugins, loadPlugin, type LoadedPlugin, type PluginOptions } from './load-plugin.ts'

/** What a registry is loaded from. */
export interface RegistryOptions extends Omit<PluginOptions, 'timeLimit'> {
  /** Milliseconds that the import, the setup and the close of one plugin may each take; 10,000 by default. */
  readonly timeLimit?: number
}

/** The tools of a plugin that waits for the operator. */
export interface NotConfigured {
  readonly plugin: string
  /** One sentence that says what to set. */
  readonly reason: string
  readonly tools: readonly string[]
  /** Every scope that those tools name, for a config that describes them already. */
  readonly scopes: readonly string[]
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

/**
 * Loads every plugin of a folder. A plugin with a fault is left out whole and told in `faults`; it never keeps another
 * plugin from being loaded, but for a tool name that both have, which leaves out both.
 *
 * @throws RegistryError if the folder is missing or holds no plugin
 */
export async function loadRegistry(options: RegistryOptions): Promise<Registry> {
  const folder = resolve(options.folder)
  const given = { timeLimit: 10_000, ...options, folder }
  const found = await findPluginFolders(folder)
  const outcomes = await Promise.all(
    found.names.map(async (name) => ({ name, outcome: await loadPlugin(name, given) })),
  )
  const loaded = outcomes.flatMap(({ outcome }) => (outcome.ok ? [outcome.value] : []))
  const duplicates = duplicateTools(loaded)
  const faults: LoadFault[] = [
    ...found.faults,
    ...outcomes.flatMap(({ name, outcome }) =>
      outcome.ok ? [] : outcome.findings.map((finding) => ({ plugin: name, folder: join(folder, name), ...finding })),
    ),
    ...duplicates,
    ...unknownSettings(found.names, folder, options.settings),
  ]
  const out = new Set(duplicates.map((fault) => fault.plugin))
  const kept = loaded.filter(({ name }) => !out.has(name))
  await closePlugins(
    loaded.filter(({ name }) => out.has(name)),
    given,
  )
  return Object.freeze({
    catalogue: createCatalogue(kept, options.logger),
    faults: Object.freeze(faults.map((fault) => Object.freeze(fault))),
    notConfigured: Object.freeze(kept.flatMap(waiting)),
    close: () => closePlugins(kept, given),
  })
}

function waiting({ name, notConfigured, tools }: LoadedPlugin): NotConfigured[] {
  if (notConfigured === undefined) return []
  const names = Object.freeze(tools.map((tool) => tool.listing.name))
  const scopes = Object.freeze([...new Set(tools.flatMap(({ policy }) => scopesOf(policy)))])
  return [Object.freeze({ plugin: name, reason: notConfigured, tools: names, scopes })]
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
