import { protectedResourceMetadataUrl, type ChallengeSchemes } from '@toolgate/auth'
import type { ResolvedConfig } from '@toolgate/config'
import type { Policy } from '@toolgate/policy'
import type { Catalogue, NotConfigured, ThingDefinition, ToolDefinition } from '@toolgate/registry'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HostError } from './errors.ts'
import { loadPlugins, type LoadedPlugins } from './load-plugins.ts'
import { createLogger } from './logger.ts'
import { schemesOf } from './schemes-of.ts'

/** The policy that a host of this configuration would enforce, without a host. Its tools must not be run. */
export interface InspectedPolicy {
  readonly config: ResolvedConfig
  readonly policy: Policy
  readonly catalogue: Catalogue
  readonly notConfigured: readonly NotConfigured[]
  /** The tools of those plugins, which no caller reaches yet. */
  readonly waitingTools: readonly ToolDefinition[]
  /** Their resources, templates and prompts likewise. */
  readonly waitingThings: readonly ThingDefinition[]
  /** What every challenge of the host names. */
  readonly resourceMetadataUrl: string
  /** The schemes that challenges are of. */
  readonly schemes: ChallengeSchemes
}

/**
 * Loads the plugins of a configuration for one piece of work. They are set up in an empty folder of their own that is
 * removed: the state folder of a host that runs meanwhile is not touched.
 *
 * @throws HostError `config-faults` if no policy can be made; RegistryError for a missing or empty folder
 */
export async function withLoadedPlugins<T>(
  config: ResolvedConfig,
  work: (loaded: LoadedPlugins) => T | Promise<T>,
): Promise<T> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'toolgate-check-'))
  try {
    const logger = createLogger({ level: 'silent', secrets: [] })
    const loaded = await loadPlugins(config, dataFolder, logger)
    await loaded.registry.close()
    return await work(loaded)
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
}

/**
 * The policy of a configuration, to ask questions of.
 *
 * @throws HostError `config-faults` on any fault that would keep a host from starting: half a policy explains nothing
 */
export async function inspectPolicy(config: ResolvedConfig): Promise<InspectedPolicy> {
  return withLoadedPlugins(config, ({ registry, policy, faults }) => {
    if (faults.length > 0) throw new HostError('config-faults', 'no host can start with this configuration', faults)
    const resourceMetadataUrl = protectedResourceMetadataUrl(config.resource)
    const { catalogue, notConfigured, waitingTools, waitingThings } = registry
    const schemes = schemesOf(config)
    return { config, policy, catalogue, notConfigured, waitingTools, waitingThings, resourceMetadataUrl, schemes }
  })
}
