import { checkAgainstCatalogue, type ResolvedConfig } from '@toolgate/config'
import { createPolicy, PolicyError, scopesOf, type Policy } from '@toolgate/policy'
import { loadRegistry, type Registry } from '@toolgate/registry'
import type { Logger } from 'pino'
import { HostError, type Fault } from './errors.ts'
import { toPluginLogger } from './logger.ts'

/** The plugins of a configuration, and the policy that they and the configuration make. */
export interface LoadedPlugins {
  readonly registry: Registry
  readonly policy: Policy
  /** What is wrong with the plugins, and with what the configuration says of them. */
  readonly faults: readonly Fault[]
}

/**
 * Loads the configured plugins and checks the configuration against them. What is broken is left out and told in `faults`.
 *
 * @throws HostError `config-faults` if no policy can be made; RegistryError for a missing or empty folder
 */
export async function loadPlugins(config: ResolvedConfig, dataFolder: string, logger: Logger): Promise<LoadedPlugins> {
  const registry = await loadRegistry({
    folder: config.plugins.folder,
    settings: config.plugins.settings,
    overrides: config.tools,
    dataFolder,
    logger: toPluginLogger(logger),
    defaults: { visibility: config.visibility, callMs: config.limits.callMs },
  })
  const faults = faultsOf(config, registry)
  try {
    return { registry, policy: policyOf(config, registry), faults }
  } catch (error) {
    await registry.close()
    if (!(error instanceof PolicyError)) throw error
    const fault = {
      path: 'scopes',
      message: error.message,
      mend: 'Change scopes or initialScopes in the configuration.',
    }
    throw new HostError('config-faults', error.message, [...faults, fault], { cause: error })
  }
}

function policyOf(config: ResolvedConfig, registry: Registry): Policy {
  const implies = Object.fromEntries(Object.entries(config.scopes).map(([scope, entry]) => [scope, entry.implies]))
  const tools = [...registry.catalogue.tools.values()].map(({ policy }) => policy)
  const requestable = Object.entries(config.scopes).flatMap(([scope, entry]) => (entry.requestable ? [scope] : []))
  return createPolicy({ tools, implies, initialScopes: config.initialScopes, grants: config.grants, requestable })
}

function faultsOf(config: ResolvedConfig, registry: Registry): readonly Fault[] {
  const tools = [...registry.catalogue.tools.values()].map(({ policy }) => ({
    name: policy.tool,
    plugin: policy.plugin,
    scopes: [...new Set(policy.alternatives.flat())],
    conditionalScopes: scopesOf({ ...policy, alternatives: [] }),
  }))
  const notConfiguredTools = registry.notConfigured.flatMap((waiting) => waiting.tools)
  const notConfiguredScopes = registry.notConfigured.flatMap(({ scopes }) => scopes)
  return [
    ...registry.faults.map(({ plugin, message, mend }) => ({ path: `plugin ${plugin}`, message, mend })),
    // A plugin that was left out would make every line about its tools look wrong.
    ...(registry.faults.length > 0
      ? []
      : checkAgainstCatalogue(config, { tools, notConfiguredTools, notConfiguredScopes })),
  ]
}
