import type { ResolvedConfig } from '@toolgate/config'
import type { NotConfigured } from '@toolgate/registry'
import type { Fault } from './errors.ts'
import { withLoadedPlugins } from './inspect-policy.ts'
import { summarizeTools, warningsOf, type ToolSummary } from './summary.ts'

/** What a configuration and its plugins come to, without a host. */
export interface Inspection {
  readonly tools: readonly ToolSummary[]
  readonly initialScopes: readonly string[]
  readonly notConfigured: readonly NotConfigured[]
  readonly warnings: readonly string[]
  readonly faults: readonly Fault[]
}

/**
 * Loads the plugins of a configuration and judges them as a start would, without listening or touching any state.
 *
 * @throws HostError `config-faults` if no policy can be made; RegistryError for a missing or empty folder
 */
export async function inspectTools(config: ResolvedConfig): Promise<Inspection> {
  return withLoadedPlugins(config, ({ registry: { notConfigured }, policy, faults }) => {
    const { initialScopes } = policy
    return { tools: summarizeTools(policy), initialScopes, notConfigured, warnings: warningsOf(policy, config), faults }
  })
}
