import { join } from 'node:path'
import type { Logger } from '@toolgate/plugin'
import { checkTool, type CheckedTool } from './check-tool.ts'
import { finding, findingsOf, type Checked } from './checked.ts'
import { importPlugin, reasonOf } from './import-plugin.ts'
import { openPlugin, type OpenedPlugin } from './open-plugin.ts'
import { pluginLogger } from './plugin-logger.ts'
import { sharedScopes } from './shared-scope.ts'
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
}

/** A plugin with its checked tools. */
export interface LoadedPlugin {
  readonly name: string
  readonly description: string | undefined
  readonly folder: string
  readonly notConfigured: string | undefined
  readonly tools: readonly CheckedTool[]
  readonly close: () => Promise<void>
}

/** Imports, opens and checks one plugin; one with a fault is closed again. */
export async function loadPlugin(name: string, options: PluginOptions): Promise<Checked<LoadedPlugin>> {
  const { dataFolder, timeLimit } = options
  const folder = join(options.folder, name)
  const imported = await importPlugin(name, folder, timeLimit)
  if (!imported.ok) return imported
  const logger = pluginLogger(options.logger, name)
  const settings = Object.hasOwn(options.settings, name) ? options.settings[name] : undefined
  const opened = await openPlugin(imported.value, { settings, dataFolder, logger, timeLimit })
  if (!opened.ok) return opened
  const tools = checkTools(name, opened.value, options)
  const { notConfigured, close } = opened.value
  const plugin = { name, folder, description: imported.value.description, notConfigured, close }
  if (tools.ok) return { ok: true, value: { ...plugin, tools: tools.value } }
  await closePlugins([plugin], options)
  return tools
}

function checkTools(plugin: string, opened: OpenedPlugin, rules: ToolRules): Checked<readonly CheckedTool[]> {
  const checked = opened.tools.map((tool, index) => checkTool(plugin, index, tool, rules))
  const tools = checked.flatMap((tool) => (tool.ok ? [tool.value] : []))
  const findings = [...findingsOf(...checked), ...sharedScopes(tools)]
  if (opened.tools.length === 0 && opened.notConfigured === undefined) {
    const mend = 'Give at least one tool, or say in notConfigured what the operator must set.'
    findings.push(finding('no_tools', 'it has no tools', mend))
  }
  return findings.length > 0 ? { ok: false, findings } : { ok: true, value: tools }
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
