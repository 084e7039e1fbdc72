import type { FreshnessRequirement } from '@toolgate/plugin'
import { reachOf, scopesOf, type Policy, type Reach, type Visibility } from '@toolgate/policy'
import type { ResolvedConfig } from '@toolgate/config'
import type { Catalogue } from '@toolgate/registry'
import { overridePath } from './override-path.ts'
import { conditionWarnings } from './condition-warnings.ts'
import type { Fault } from './errors.ts'
import type { FirstUser } from './first-user.ts'

/** One line of the table of tools. */
export interface ToolSummary {
  readonly tool: string
  readonly plugin: string
  readonly alternatives: readonly (readonly string[])[]
  readonly conditionalScopes: readonly string[]
  /** What its author may demand after looking at a call; absent where nobody looks. */
  readonly mayRequire?: readonly string[]
  /** What it asks of the sign-in beside the scopes. */
  readonly requires?: FreshnessRequirement
  readonly visibility: Visibility
  readonly reach: Reach
}

/** What a start has to say. */
export interface HostSummary {
  readonly tools: readonly ToolSummary[]
  readonly initialScopes: readonly string[]
  readonly notConfigured: readonly { readonly plugin: string; readonly reason: string }[]
  /** What is broken and was left out; empty unless in `dev`. */
  readonly faults: readonly Fault[]
  readonly warnings: readonly string[]
  readonly firstUser: FirstUser | undefined
  /** Names of the users of the embedded authorization server. */
  readonly users: readonly string[]
}

/** The table of tools: what each needs and how a client gets to it. */
export function summarizeTools(policy: Policy): readonly ToolSummary[] {
  return policy.tools.map((tool) => ({
    tool: tool.tool,
    plugin: tool.plugin,
    alternatives: tool.alternatives,
    conditionalScopes: [...new Set(tool.conditions.flatMap((condition) => condition.scopes))],
    ...(tool.mayRequire === undefined ? {} : { mayRequire: tool.mayRequire }),
    ...(tool.requires && { requires: tool.requires }),
    visibility: tool.visibility,
    reach: reachOf(policy, tool),
  }))
}

/** What an operator should know though nothing is wrong. */
export function warningsOf(policy: Policy, config: ResolvedConfig, catalogue: Catalogue): readonly string[] {
  const unreachable = policy.tools
    .filter((tool) => reachOf(policy, tool) === 'unreachable')
    .map(
      (tool) =>
        `no sign-in ever reaches ${tool.tool}: set ${overridePath(tool.tool)}.visibility to 'listed', or add ${scopesOf(tool).join(' ')} to initialScopes`,
    )
  const empty = policy.tools.length === 0 ? ['no tool is loaded'] : []
  const untyped = config.authorizationServers
    .filter((issuer) => issuer.dangerouslyAllowMissingTokenType)
    .map(({ issuer }) => `tokens of ${issuer} need no type: its audience must be none under which people sign in`)
  return [...unreachable, ...conditionWarnings(catalogue), ...empty, ...untyped]
}
