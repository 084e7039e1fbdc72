import type { ResolvedConfig } from '@toolgate/config'
import type { NotConfigured } from '@toolgate/registry'
import { clientWarnings } from './clients/client-warnings.ts'
import type { Fault } from './errors.ts'
import { judgeLock } from './lock/judge-lock.ts'
import { withLoadedPlugins } from './inspect-policy.ts'
import type { PinSource } from './lock/pins-of.ts'
import { unsharedFaults } from './workers/unshared-faults.ts'
import { summarizeTools, warningsOf, type ToolSummary } from './summary.ts'

/** What a configuration and its plugins come to, without a host. */
export interface Inspection {
  readonly tools: readonly ToolSummary[]
  readonly initialScopes: readonly string[]
  readonly notConfigured: readonly NotConfigured[]
  readonly warnings: readonly string[]
  /** What known clients cannot do with these tools. */
  readonly clientWarnings: readonly string[]
  readonly faults: readonly Fault[]
}

/**
 * Loads the plugins of a configuration and judges them as a start would, without listening or touching any state.
 *
 * @param locked whether the lock file is looked at too: any difference is a fault then, so that it is kept up to date
 * @throws HostError `config-faults` if no policy can be made; RegistryError for a missing or empty folder
 */
export async function inspectTools(config: ResolvedConfig, locked = config.locked): Promise<Inspection> {
  return withLoadedPlugins(config, async ({ registry, policy, faults }) => {
    const { initialScopes } = policy
    const { notConfigured } = registry
    const unlocked = locked ? await lockFaults({ config, ...registry }, faults) : []
    return {
      tools: summarizeTools(policy),
      initialScopes,
      notConfigured,
      warnings: warningsOf(policy, config, registry.catalogue),
      clientWarnings: clientWarnings(policy, config.name),
      faults: [...faults, ...unlocked, ...(config.workers > 1 ? unsharedFaults(config, registry) : [])],
    }
  })
}

async function lockFaults(source: PinSource, faults: readonly Fault[]): Promise<readonly Fault[]> {
  const { refused, outdated } = await judgeLock(source)
  // The tools of a plugin that was left out would look removed.
  return faults.length > 0 ? refused : [...refused, ...outdated]
}
