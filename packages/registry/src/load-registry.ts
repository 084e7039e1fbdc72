import { join, resolve } from 'node:path'
import type { Tool } from '@toolgate/plugin'
import { scopesOf } from '@toolgate/policy'
import type { Catalogue, CatalogueThing, CatalogueTool } from './catalogue.ts'
import type { CheckedTool } from './check-tool.ts'
import { findingsOf, type Checked } from './checked.ts'
import { createCatalogue } from './create-catalogue.ts'
import { duplicateTools } from './duplicate-tools.ts'
import { findPluginFolders } from './find-plugin-folders.ts'
import { checkHostTools, hostPlugin } from './host-tools.ts'
import { suggestion } from './known-keys.ts'
import type { LoadFault } from './load-fault.ts'
import { closePlugins, loadPlugin, type LoadedPlugin, type PluginOptions } from './load-plugin.ts'
import { replaceOffers } from './replace-offers.ts'
import type { Tells } from './telling.ts'

/** What a registry is loaded from. */
export interface RegistryOptions extends Omit<PluginOptions, 'timeLimit'> {
  /** Milliseconds that the import, the setup and the close of one plugin may each take; 10,000 by default. */
  readonly timeLimit?: number
  /** Tools of the host itself, which are judged like all others; none by default. */
  readonly hostTools?: readonly Tool[]
}

/** The tools of a plugin that waits for the operator. */
export interface NotConfigured {
  readonly plugin: string
  /** One sentence that says what to set. */
  readonly reason: string
  readonly tools: readonly string[]
  /** Its resources, templates and prompts, by the key that each is judged by. */
  readonly things: readonly string[]
  /** Every scope that those name, for a config that describes them already. */
  readonly scopes: readonly string[]
}

/** What a tool is and who may call it. */
export type ToolDefinition = Pick<CatalogueTool, 'listing' | 'policy' | 'task' | 'elicitUrls'>

/** What a resource, a resource template or a prompt is and who may have it. */
export type ThingDefinition = Pick<CatalogueThing, 'listing' | 'policy'>

/** The loaded plugins. */
export interface Registry {
  readonly catalogue: Catalogue
  /** Empty when every plugin is in the catalogue or waits for its settings. */
  readonly faults: readonly LoadFault[]
  readonly notConfigured: readonly NotConfigured[]
  /** The tools that plugins have which wait for their settings: checked as all are, and in no catalogue. */
  readonly waitingTools: readonly ToolDefinition[]
  /** Their resources, templates and prompts likewise. */
  readonly waitingThings: readonly ThingDefinition[]
  /** The registry in which one plugin offers something else; its other members are the same, and it is closed by closing either. */
  replace(plugin: string, offers: unknown): Checked<Registry>
  /** What ready plugins may tell of at any time. */
  readonly tells: Tells
  /** Names of ready plugins that may offer something else at any time. */
  readonly changing: readonly string[]
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
  const own = checkHostTools(options.hostTools ?? [], given)
  const faults: LoadFault[] = [
    ...found.faults,
    ...outcomes.flatMap(({ name, outcome }) =>
      outcome.ok ? [] : outcome.findings.map((finding) => ({ plugin: name, folder: join(folder, name), ...finding })),
    ),
    ...duplicates,
    ...findingsOf(own).map((finding) => ({ plugin: hostPlugin, folder, ...finding })),
    ...unknownSettings(found.names, folder, options.settings),
  ]
  const out = new Set(duplicates.map((fault) => fault.plugin))
  const kept = loaded.filter(({ name }) => !out.has(name))
  await closePlugins(
    loaded.filter(({ name }) => out.has(name)),
    given,
  )
  return makeRegistry(kept, { faults, own: own.ok ? own.value : [], given })
}

interface RegistryFacts {
  readonly faults: readonly LoadFault[]
  readonly own: readonly CheckedTool[]
  readonly given: PluginOptions
}

function makeRegistry(kept: readonly LoadedPlugin[], facts: RegistryFacts): Registry {
  const { faults, own, given } = facts
  return Object.freeze({
    catalogue: createCatalogue(kept, given.logger, own),
    faults: Object.freeze(faults.map((fault) => Object.freeze(fault))),
    notConfigured: Object.freeze(kept.flatMap(waiting)),
    waitingTools: Object.freeze(
      kept.flatMap(({ notConfigured, tools }) =>
        notConfigured === undefined
          ? []
          : tools.map(({ listing, policy, task }) => Object.freeze({ listing, policy, ...(task && { task }) })),
      ),
    ),
    waitingThings: Object.freeze(
      kept.flatMap(({ notConfigured, things }) =>
        notConfigured === undefined ? [] : things.map(({ listing, policy }) => Object.freeze({ listing, policy })),
      ),
    ),
    replace: (plugin: string, offers: unknown): Checked<Registry> => {
      const replaced = replaceOffers(kept, plugin, offers, given)
      return replaced.ok ? { ok: true, value: makeRegistry(replaced.value, facts) } : replaced
    },
    tells: tellsOf(kept),
    changing: Object.freeze(kept.flatMap((plugin) => (isReady(plugin) && plugin.tells.lists ? [plugin.name] : []))),
    close: () => closePlugins(kept, given),
  })
}

function waiting({ name, notConfigured, tools, things }: LoadedPlugin): NotConfigured[] {
  if (notConfigured === undefined) return []
  const names = Object.freeze(tools.map((tool) => tool.listing.name))
  const keys = Object.freeze(things.map(({ policy }) => policy.tool))
  const scopes = Object.freeze([...new Set([...tools, ...things].flatMap(({ policy }) => scopesOf(policy)))])
  return [Object.freeze({ plugin: name, reason: notConfigured, tools: names, things: keys, scopes })]
}

function isReady({ notConfigured }: LoadedPlugin): boolean {
  return notConfigured === undefined
}

/** A resource that nobody offers is one that nobody can tell of. */
function tellsOf(plugins: readonly LoadedPlugin[]): Tells {
  const ready = plugins.filter(isReady)
  const updates = ready.some(
    ({ tells, things }) => tells.updates && things.some(({ policy }) => policy.kind !== 'prompt'),
  )
  return Object.freeze({ updates, lists: ready.some(({ tells }) => tells.lists) })
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
