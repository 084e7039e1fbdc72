import type { Policy } from '@toolgate/policy'
import { clientLimits, type ClientLimits } from './client-limits.ts'
import type { ClientLine } from './client-line.ts'
import { clientLines, serverKey } from './client-lines.ts'

/** Tools that one sentence names. */
const mostNamed = 5

/**
 * What the known clients cannot do with these tools: a sentence per client and limit, never a fault.
 *
 * @param policy the tools, and what the first sign-in asks for
 * @param hostName what the lines of `toolgate connect` call the host
 */
export function clientWarnings(policy: Policy, hostName: string): readonly string[] {
  return clientLines.flatMap((line) => {
    const limits = clientLimits[line.id] ?? {}
    return [
      ...nameWarnings(line, limits, policy, serverKey(hostName)),
      ...countWarnings(line, limits, policy),
      ...stepUpWarnings(line, limits, policy),
    ]
  })
}

function nameWarnings(
  { name }: ClientLine,
  { toolName }: ClientLimits,
  { tools }: Policy,
  server: string,
): readonly string[] {
  if (toolName === undefined) return []
  const { most, frame, refuses, otherwise } = toolName
  const names = tools.filter(({ kind }) => kind === undefined).map(({ tool }) => tool)
  const long = names.filter((tool) => frame(server, tool).length > most)
  const strange = refuses === undefined ? [] : names.filter((tool) => refuses.test(tool))
  return [
    ...(long.length === 0
      ? []
      : [
          `${name} takes names of ${String(most)} characters at most, as ${frame(server, 'TOOL')}; otherwise ${otherwise}: ${some(long)}`,
        ]),
    ...(strange.length === 0
      ? []
      : [`${name} takes letters, digits, _ and - in names alone; otherwise ${otherwise}: ${some(strange)}`]),
  ]
}

function countWarnings({ name }: ClientLine, { toolCount }: ClientLimits, policy: Policy): readonly string[] {
  if (toolCount === undefined) return []
  const every = policy.grantableScopes.map(({ scope }) => scope)
  const shown = policy.list(every).length
  if (shown <= toolCount.most) return []
  return [
    `${name} takes ${String(toolCount.most)} tools at most, and a caller with every scope is shown ${String(shown)}; otherwise ${toolCount.otherwise}`,
  ]
}

function stepUpWarnings(
  { name, id, pinsScopes }: ClientLine,
  { withoutStepUp }: ClientLimits,
  policy: Policy,
): readonly string[] {
  if (withoutStepUp === undefined || withoutStepUp.asksForAll) return []
  const beyond = policy.tools.flatMap(({ tool, visibility }) => {
    const decision = policy.decide(policy.initialScopes, tool)
    if (visibility === 'concealed' || decision.effect === 'unknown-tool') return []
    if (decision.effect === 'deny') {
      return decision.notRequestable.length > 0 ? [] : [`${tool} (${decision.missing.join(' ')})`]
    }
    const missing = [...new Set(decision.reason.conditions.flatMap((step) => step.missing))]
    return missing.length === 0 ? [] : [`${tool} with some arguments (${missing.join(' ')})`]
  })
  if (beyond.length === 0) return []
  const mend = pinsScopes ? `; toolgate connect ${id} pins every scope of the running host` : ''
  return [`${name} cannot step up: a sign-in for the first scopes alone never reaches ${some(beyond)}${mend}`]
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(', ')
  return names.length > mostNamed ? `${shown} and ${String(names.length - mostNamed)} more` : shown
}
