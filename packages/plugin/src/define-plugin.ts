import type { FromSchema, JSONSchema } from 'json-schema-to-ts'
import type { Plugin, PluginSetup, PluginSetupContext } from './plugin.ts'

type SettingsOf<Schema> = Schema extends JSONSchema ? FromSchema<Schema> : Readonly<Record<string, never>>

/** A {@link Plugin} whose `settings` type follows from its settings schema. */
export type PluginDefinition<Schema extends JSONSchema | undefined> = Omit<Plugin, 'settings' | 'setup'> & {
  readonly settings?: Schema
  setup?(context: PluginSetupContext<SettingsOf<Schema>>): PluginSetup | Promise<PluginSetup>
}

/**
 * Defines a plugin. Export the result as the default export of `src/index.ts`.
 *
 * @returns the same definition, frozen
 */
export function definePlugin<const Schema extends JSONSchema | undefined = undefined>(
  definition: PluginDefinition<Schema>,
): Plugin {
  return Object.freeze(definition) as unknown as Plugin
}
