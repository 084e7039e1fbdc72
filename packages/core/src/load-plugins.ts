import { checkAgainstCatalogue, type ResolvedConfig } from '@toolgate/config'
import { createPolicy, createShadow, PolicyError, scopesOf, type Policy, type Shadow } from '@toolgate/policy'
import { loadRegistry, type News, type Registry } from '@toolgate/registry'
import type { Logger } from 'pino'
import { createAccessTool } from './access/access-tool.ts'
import { HostError, type Fault } from './errors.ts'
import { toPluginLogger } from './logger.ts'
import { rulesOf } from './rules-of.ts'

/** The plugins of a configuration, and the policy that they and the configuration make. */
export interface LoadedPlugins {
  readonly registry: Registry
  readonly policy: Policy
  /** The proposed requirements; absent if there is none. */
  readonly shadow: Shadow | undefined
  /** What is wrong with the plugins, and with what the configuration says of them. */
  readonly faults: readonly Fault[]
  /** Judges another generation of the registry, by the same configuration. */
  readonly remake: (registry: Registry) => RemadePolicy | { readonly faults: readonly Fault[] }
}

/** The policy of another generation. */
export interface RemadePolicy {
  readonly policy: Policy
  readonly shadow: Shadow | undefined
  /** Makes it the one that the host's own tools speak of. */
  readonly adopt: () => void
}

/**
 * Loads the configured plugins and checks the configuration against them. What is broken is left out and told in `faults`.
 *
 * @param news hears what plugins tell; nobody does by default
 * @throws HostError `config-faults` if no policy can be made; RegistryError for a missing or empty folder
 */
export async function loadPlugins(
  config: ResolvedConfig,
  dataFolder: string,
  logger: Logger,
  news?: News,
): Promise<LoadedPlugins> {
  // The tool asks the policy, which is made of the tools: it is bound once both are there.
  const judge: { policy?: Policy } = {}
  const registry = await loadRegistry({
    folder: config.plugins.folder,
    settings: config.plugins.settings,
    overrides: config.tools,
    things: config,
    hostTools: config.accessTool ? [createAccessTool(() => judge.policy)] : [],
    shadow: config.shadow,
    dataFolder,
    logger: toPluginLogger(logger),
    ...(news === undefined ? {} : { news }),
    defaults: { visibility: config.visibility, callMs: config.limits.callMs },
  })
  const faults = faultsOf(config, registry)
  try {
    const policy = policyOf(config, registry)
    const adopt = (current: Policy) => {
      judge.policy = current
    }
    adopt(policy)
    const remake = (next: Registry) => remakePolicy({ config, first: { registry, policy }, adopt }, next)
    return { registry, policy, shadow: shadowOf(config, registry), faults, remake }
  } catch (error) {
    await registry.close()
    if (!(error instanceof PolicyError)) throw error
    throw new HostError('config-faults', error.message, [...faults, policyFault(error)], { cause: error })
  }
}

function policyFault({ message }: PolicyError): Fault {
  return { path: 'scopes', message, mend: 'Change scopes or initialScopes in the configuration.' }
}

/**
 * What was there at the start may still be named by the configuration when it is gone: taking something away must be possible. A scope
 * that nothing asked for then is refused: no consent page, metadata or account of the host knows it.
 */
function remakePolicy(
  {
    config,
    first,
    adopt,
  }: {
    readonly config: ResolvedConfig
    readonly first: Pick<LoadedPlugins, 'registry' | 'policy'>
    readonly adopt: (policy: Policy) => void
  },
  registry: Registry,
): ReturnType<LoadedPlugins['remake']> {
  const entries = [...first.registry.catalogue.entries.values()].map(({ policy }) => policy)
  const waiting = first.registry.notConfigured.flatMap(({ scopes }) => scopes)
  const known = new Set([...entries.flatMap(scopesOf), ...waiting, ...Object.keys(config.scopes)])
  const asked = [...registry.catalogue.entries.values()].flatMap(({ policy }) => scopesOf(policy))
  const unknown = [...new Set(asked)].filter((scope) => !known.has(scope))
  const faults = [
    ...checkCatalogue(config, registry, { tools: entries.map(({ tool }) => tool), scopes: [...known] }),
    ...unknown.map((scope) => ({
      path: '',
      message: `asks for the scope ${scope}, which nothing asked for when the host started: no sign-in gives it`,
      mend: 'Let something that the plugin offers at the start ask for it, or start the host again.',
    })),
  ]
  if (faults.length > 0) return { faults }
  try {
    const tools = [...registry.catalogue.entries.values()].map(({ policy }) => policy)
    const policy = createPolicy({ ...rulesOf(config), tools, initialScopes: first.policy.initialScopes })
    return {
      policy,
      shadow: shadowOf(config, registry),
      adopt: () => {
        adopt(policy)
      },
    }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return { faults: [policyFault(error)] }
  }
}

function policyOf(config: ResolvedConfig, registry: Registry): Policy {
  const tools = [...registry.catalogue.entries.values()].map(({ policy }) => policy)
  return createPolicy({ ...rulesOf(config), tools, initialScopes: config.initialScopes })
}

function shadowOf(config: ResolvedConfig, registry: Registry): Shadow | undefined {
  const rules = [...registry.catalogue.tools.values()].flatMap(({ shadow }) => (shadow === undefined ? [] : [shadow]))
  return rules.length === 0 ? undefined : createShadow(rules, rulesOf(config))
}

function faultsOf(config: ResolvedConfig, registry: Registry): readonly Fault[] {
  return [
    ...registry.faults.map(({ plugin, message, mend }) => ({ path: `plugin ${plugin}`, message, mend })),
    // A plugin that was left out would make every line about its tools look wrong.
    ...(registry.faults.length > 0 ? [] : checkCatalogue(config, registry)),
  ]
}

/** `gone` may still be named although it is not there any more. */
function checkCatalogue(
  config: ResolvedConfig,
  registry: Registry,
  gone: { readonly tools: readonly string[]; readonly scopes: readonly string[] } = { tools: [], scopes: [] },
): readonly Fault[] {
  const tools = [...registry.catalogue.entries.values()].map(({ policy }) => ({
    name: policy.tool,
    plugin: policy.plugin,
    scopes: [...new Set(policy.alternatives.flat())],
    conditionalScopes: scopesOf({ ...policy, alternatives: [] }),
    needsAcr: policy.requires?.acr !== undefined,
  }))
  const waiting = registry.notConfigured.flatMap(({ tools: names, things }) => [...names, ...things])
  return checkAgainstCatalogue(config, {
    tools,
    notConfiguredTools: [...waiting, ...gone.tools],
    notConfiguredScopes: [...registry.notConfigured.flatMap(({ scopes }) => scopes), ...gone.scopes],
    notConfiguredPlugins: registry.notConfigured.map(({ plugin }) => plugin),
  })
}
