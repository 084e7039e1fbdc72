import type { ResolvedConfig } from '@toolgate/config'
import type { NotConfigured } from '@toolgate/registry'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from './errors.ts'
import { loadPlugins } from './load-plugins.ts'
import { createLogger } from './logger.ts'
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
 * Loads the plugins of a configuration and judges them as a start would, without listening. Plugins are set up in an
 * empty folder of their own that is removed: the state folder of a host that runs meanwhile is not touched.
 *
 * @throws HostError `config-faults` if no policy can be made; RegistryError for a missing or empty folder
 */
export async function inspectTools(config: ResolvedConfig): Promise<Inspection> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'toolgate-check-'))
  try {
    const logger = createLogger({ level: 'silent', secrets: [] })
    const { registry, policy, faults } = await loadPlugins(config, dataFolder, logger)
    await registry.close()
    const { initialScopes } = policy
    const { notConfigured } = registry
    return { tools: summarizeTools(policy), initialScopes, notConfigured, warnings: warningsOf(policy, config), faults }
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
}
