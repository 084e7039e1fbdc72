import type { Policy } from './policy.ts'
import type { ToolPolicy } from './tool-policy.ts'

/**
 * How a client gets to a tool.
 *
 * - `initial`: the first sign-in is enough.
 * - `step-up`: the tool is listed, so a client can ask for more.
 * - `grant`: no sign-in gives its scopes, only a rule of `grants`.
 * - `concealed`: only callers who hold its scopes by other means see it.
 * - `unreachable`: not listed until its scopes are held, and nothing asks for them: list it, or add them to `initialScopes`.
 */
export type Reach = 'initial' | 'step-up' | 'grant' | 'concealed' | 'unreachable'

/** Says how a client that only follows challenges gets to a tool. */
export function reachOf(policy: Policy, tool: ToolPolicy): Reach {
  const decision = policy.decide(policy.initialScopes, tool.tool)
  if (tool.visibility === 'concealed') return 'concealed'
  if (decision.effect !== 'deny' && decision.effect !== 'unknown-tool') return 'initial'
  if (decision.effect === 'deny' && decision.notRequestable.length > 0) return 'grant'
  return tool.visibility === 'listed' ? 'step-up' : 'unreachable'
}
