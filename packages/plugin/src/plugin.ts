import type { JsonSchema } from './json.ts'
import type { Logger } from './logger.ts'
import type { Tool } from './tool.ts'

/** What `setup` is given, once, when the host starts. */
export interface PluginSetupContext<Settings = Readonly<Record<string, unknown>>> {
  /** The operator's settings, validated against the plugin's schema, defaults applied, frozen. */
  readonly settings: Settings
  readonly logger: Logger
  /** Absolute path of a folder of the plugin's own inside the host's state folder. It exists. */
  readonly dataFolder: string
}

/** What `setup` returns. */
export interface PluginSetup {
  readonly tools: readonly Tool[]
  /**
   * Says in one sentence what the operator must set before the tools work. The host starts, prints the sentence and
   * leaves the tools out of the catalogue.
   */
  readonly notConfigured?: string
  /** Called once when the host stops, after the last call. */
  close?(): void | Promise<void>
}

/**
 * A plugin: a plain object with no side effects on import. Give `tools`, or `setup` if the tools share something that
 * must be opened first.
 */
export interface Plugin {
  /** Matches `^[a-z][a-z0-9-]{0,63}$`, and the name of the plugin's folder. */
  readonly name: string
  readonly description?: string
  /** JSON Schema of `plugins.settings[name]` in mcp.config.ts. */
  readonly settings?: JsonSchema
  readonly tools?: readonly Tool[]
  setup?(context: PluginSetupContext): PluginSetup | Promise<PluginSetup>
}
