import type { JsonSchema } from './json.ts'
import type { Logger } from './logger.ts'
import type { Principal } from './principal.ts'
import type { Prompt } from './prompt.ts'
import type { Resource, ResourceTemplate } from './resource.ts'
import type { Tool } from './tool.ts'

/** What a plugin offers: tools, and things to read by URI or by name. At least one of them. */
export interface PluginOffers {
  readonly tools?: readonly Tool[]
  readonly resources?: readonly Resource[]
  readonly resourceTemplates?: readonly ResourceTemplate<never>[]
  readonly prompts?: readonly Prompt<never>[]
}

/** What `setup` is given, once, when the host starts. */
export interface PluginSetupContext<Settings = Readonly<Record<string, unknown>>> {
  /** The operator's settings, validated against the plugin's schema, defaults applied, frozen. */
  readonly settings: Settings
  readonly logger: Logger
  /** Absolute path of a folder of the plugin's own inside the host's state folder. It exists. */
  readonly dataFolder: string
  /**
   * Tells that what is read under a URI of this plugin has changed. Whoever subscribed to it, and may read it now, is told; with an
   * `owner`, that principal alone: say it where a URI means something else to each caller. Take it out of the context while `setup`
   * runs: by that the host knows what it may promise to clients.
   */
  readonly resourceUpdated: (uri: string, owner?: Pick<Principal, 'issuer' | 'subject'>) => void
  /**
   * Offers something else from now on, in the place of all that the plugin offered. It is checked as what `setup` returns; a fault is told in
   * the log, and all stays as it was. Clients whose lists are others by it are told. Take it out of the context while `setup` runs, and call
   * it after.
   *
   * @returns whether it is offered now
   */
  readonly changed: (offers: PluginOffers) => Promise<boolean>
}

/** What `setup` returns. */
export interface PluginSetup extends PluginOffers {
  /**
   * Says in one sentence what the operator must set before the plugin works. The host starts, prints the sentence and
   * leaves what the plugin offers out of the catalogue.
   */
  readonly notConfigured?: string
  /** Called once when the host stops, after the last call. */
  close?(): void | Promise<void>
}

/**
 * A plugin: a plain object with no side effects on import. Give what it offers, or `setup` if that shares something that must
 * be opened first.
 */
export interface Plugin extends PluginOffers {
  /** Matches `^[a-z][a-z0-9-]{0,63}$`, and the name of the plugin's folder. */
  readonly name: string
  readonly description?: string
  /** JSON Schema of `plugins.settings[name]` in mcp.config.ts. */
  readonly settings?: JsonSchema
  setup?(context: PluginSetupContext): PluginSetup | Promise<PluginSetup>
}
