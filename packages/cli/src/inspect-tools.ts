import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { checkAgainstCatalogue, type ResolvedConfig } from '@toolgate/config'
import type { ToolSummary } from '@toolgate/core'
import { createPolicy, reachOf, scopesOf, type Policy } from '@toolgate/policy'
import { loadRegistry, type Registry } from '@toolgate/registry'
import { causeOf, explainError, type Cause } from './explain-error.ts'
import { silentLogger } from './silent-logger.ts'

/** What a configuration and its plugins come to, without a host. */
export interface Inspection {
  readonly tools: readonly ToolSummary[]
  readonly initialScopes: readonly string[]
  readonly notConfigured: Registry['notConfigured']
  readonly warnings: readonly string[]
  readonly faults: readonly Cause[]
}

/**
 * Loads the plugins of a configuration and judges them as a start would, without listening. Plugins are set up in an
 * empty folder of their own that is removed: the state folder of a host that runs meanwhile is not touched.
 */
export async function inspectTools(config: ResolvedConfig): Promise<Inspection> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'toolgate-check-'))
  try {
    const registry = await loadRegistry({
      folder: config.plugins.folder,
      settings: config.plugins.settings,
      overrides: config.tools,
      dataFolder,
      logger: silentLogger,
      defaults: { visibility: config.visibility, callMs: config.limits.callMs },
    })
    try {
      return judge(config, registry)
    } finally {
      await registry.close()
    }
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
}

function judge(config: ResolvedConfig, registry: Registry): Inspection {
  const { notConfigured } = registry
  const file = basename(config.file ?? '')
  const faults = [
    ...registry.faults.map((fault) => causeOf(fault)),
    ...checkAgainstCatalogue(config, factsOf(registry)).map((fault) => causeOf(fault, file)),
  ]
  try {
    const policy = policyOf(config, registry)
    const tools = policy.tools.map((tool) => ({
      tool: tool.tool,
      plugin: tool.plugin,
      alternatives: tool.alternatives,
      conditionalScopes: [...new Set(tool.conditions.flatMap((condition) => condition.scopes))],
      visibility: tool.visibility,
      reach: reachOf(policy, tool),
    }))
    const { initialScopes } = policy
    return { tools, initialScopes, notConfigured, warnings: tools.flatMap(remediesFor), faults }
  } catch (error) {
    return { tools: [], initialScopes: [], notConfigured, warnings: [], faults: [...faults, ...explainError(error)] }
  }
}

function policyOf(config: ResolvedConfig, registry: Registry): Policy {
  const implies = Object.fromEntries(Object.entries(config.scopes).map(([scope, entry]) => [scope, entry.implies]))
  const tools = [...registry.catalogue.tools.values()].map(({ policy }) => policy)
  return createPolicy({ tools, implies, initialScopes: config.initialScopes })
}

function factsOf(registry: Registry): Parameters<typeof checkAgainstCatalogue>[1] {
  return {
    tools: [...registry.catalogue.tools.values()].map(({ policy }) => ({
      name: policy.tool,
      plugin: policy.plugin,
      scopes: [...new Set(policy.alternatives.flat())],
      conditionalScopes: scopesOf({ ...policy, alternatives: [] }),
    })),
    notConfiguredTools: registry.notConfigured.flatMap(({ tools }) => tools),
    notConfiguredScopes: registry.notConfigured.flatMap(({ scopes }) => scopes),
  }
}

function remediesFor({ tool, alternatives, reach }: ToolSummary): readonly string[] {
  if (reach !== 'unreachable') return []
  const scopes = alternatives[0]?.join(' ') ?? ''
  return [
    `no sign-in ever reaches ${tool}: set tools.${tool}.visibility to 'listed', or add ${scopes} to initialScopes`,
  ]
}
