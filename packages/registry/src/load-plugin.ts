import { join } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import type { Checked } from './checked.ts'
import { importPlugin, reasonOf } from './import-plugin.ts'
import { checkOffers, type CheckedOffers } from './offers.ts'
import { openPlugin } from './open-plugin.ts'
import { pluginLogger } from './plugin-logger.ts'
import type { News, Owner, Tells } from './telling.ts'
import type { ToolRules } from './tool-rule.ts'
import { withTimeLimit } from './with-time-limit.ts'

/** What plugins are loaded with. */
export interface PluginOptions extends ToolRules {
  /** The plugins folder. */
  readonly folder: string
  /** The operator's settings by plugin name. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** The host's state folder; each plugin gets `plugins/NAME` in it, of mode 0700. */
  readonly dataFolder: string
  readonly logger: Logger
  /** Milliseconds that the import, the setup and the close of one plugin may each take. */
  readonly timeLimit: number
  /** Hears what plugins tell; nobody does by default. */
  readonly news?: News
}

/** A plugin with what it offers, checked. */
export interface LoadedPlugin extends CheckedOffers {
  readonly name: string
  readonly description: string | undefined
  readonly folder: string
  readonly notConfigured: string | undefined
  readonly close: () => Promise<void>
  readonly tells: Tells
}

/** Imports, opens and checks one plugin; one with a fault is closed again. */
export async function loadPlugin(name: string, options: PluginOptions): Promise<Checked<LoadedPlugin>> {
  const { dataFolder, timeLimit } = options
  const folder = join(options.folder, name)
  const imported = await importPlugin(name, folder, timeLimit)
  if (!imported.ok) return imported
  const logger = pluginLogger(options.logger, name)
  const settings = Object.hasOwn(options.settings, name) ? options.settings[name] : undefined
  const news = {
    resourceUpdated: (uri: string, owner: Owner | undefined) => options.news?.resourceUpdated(name, uri, owner),
    changed: (source: unknown) => options.news?.changed(name, source) ?? Promise.resolve(false),
  }
  const opened = await openPlugin(imported.value, { settings, dataFolder, logger, timeLimit, news })
  if (!opened.ok) return opened
  const { offers, notConfigured, close, tells } = opened.value
  const checked = checkOffers(name, offers, options, notConfigured !== undefined)
  const plugin = { name, folder, description: imported.value.description, notConfigured, close, tells }
  if (checked.ok) return { ok: true, value: { ...plugin, ...checked.value } }
  await closePlugins([plugin], options)
  return checked
}

/** Closes plugins side by side; one that fails is logged and keeps no other from closing. */
export async function closePlugins(
  plugins: readonly Pick<LoadedPlugin, 'name' | 'close'>[],
  { logger, timeLimit }: Pick<PluginOptions, 'logger' | 'timeLimit'>,
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
