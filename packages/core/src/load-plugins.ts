import { checkAgainstCatalogue, type ResolvedConfig } from '@toolgate/config'
import { scopesOf } from '@toolgate/policy'
import { loadRegistry, type Registry } from '@toolgate/registry'
import type { Logger } from 'pino'
import { HostError } from './errors.ts'
import { toPluginLogger } from './logger.ts'

/**
 * Loads the configured plugins and checks the configuration against them. In `serve` any fault ends it; in `dev` faults
 * are logged and what is broken is left out.
 *
 * @throws HostError `plugin-faults` or `config-faults`; RegistryError for a missing or empty folder
 */
export async function loadPlugins(config: ResolvedConfig, mode: 'serve' | 'dev', logger: Logger): Promise<Registry> {
  const registry = await loadRegistry({
    folder: config.plugins.folder,
    settings: config.plugins.settings,
    overrides: config.tools,
    dataFolder: config.dataFolder,
    logger: toPluginLogger(logger),
    defaults: { visibility: config.visibility, callMs: config.limits.callMs },
  })
  if (registry.faults.length > 0 && mode === 'serve') {
    await registry.close()
    const faults = registry.faults.map(({ plugin, message, mend }) => ({ path: plugin, message, mend }))
    throw new HostError('plugin-faults', 'plugins that cannot be loaded', faults)
  }
  const facts = {
    tools: [...registry.catalogue.tools.values()].map(({ policy }) => ({
      name: policy.tool,
      plugin: policy.plugin,
      scopes: [...new Set(policy.alternatives.flat())],
      conditionalScopes: scopesOf({ ...policy, alternatives: [] }),
    })),
    notConfiguredTools: registry.notConfigured.flatMap(({ tools }) => tools),
    notConfiguredScopes: registry.notConfigured.flatMap(({ scopes }) => scopes),
  }
  const faults = checkAgainstCatalogue(config, facts)
  if (faults.length > 0 && mode === 'serve') {
    await registry.close()
    throw new HostError('config-faults', 'the configuration does not fit the plugins', faults)
  }
  for (const fault of faults) logger.warn(fault, 'the configuration does not fit the plugins')
  return registry
}
