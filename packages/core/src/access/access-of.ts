import {
  authorizeSource,
  demandText,
  type ConditionStep,
  type DeniedDecision,
  type HeldScopes,
  type Policy,
  type ToolPolicy,
} from '@toolgate/policy'

/** Further scopes that some arguments of a tool ask for. */
export interface ConditionalAccess {
  /** What the caller lacks of them. */
  readonly missing: readonly string[]
  /** JSON Schema of the arguments that ask for it; left out for a tool that is out of reach, of which nothing else is told either. */
  readonly arguments?: object
}

/** What a call may meet beside the scopes of its tool. */
export interface FurtherAccess {
  /** Scopes that the caller lacks and that the author of the tool may ask for after looking at a call. */
  readonly mayNeed?: readonly string[]
  /** How recent or strong the sign-in must be, in words. Whether the caller's is so, a call tells. */
  readonly signIn?: string
}

/** A tool that the caller may call. */
export interface OwnTool extends FurtherAccess {
  readonly name: string
  /** Arguments that are out of reach. */
  readonly conditions: readonly ConditionalAccess[]
}

/** A tool that the caller may not call, and what would change that. */
export interface MissingTool extends FurtherAccess {
  readonly name: string
  /** What the caller lacks of the least privileged alternative. */
  readonly missing: readonly string[]
  /** Those of `missing` that no sign-in gives, only a role or group. */
  readonly notRequestable: readonly string[]
  /** What some arguments ask for beside. */
  readonly conditions: readonly ConditionalAccess[]
}

/** What one caller has and could get. */
export interface Access {
  readonly tools: readonly OwnTool[]
  readonly more: readonly MissingTool[]
  /** Every scope to ask for in one sign-in that reaches all that a sign-in can reach, with those that the token has. */
  readonly signInScopes: readonly string[]
}

/**
 * What `decide` says of every tool for one caller. Nothing else is judged here. A tool that is concealed from the caller is
 * left out whole, and so is whatever only it needs.
 */
export function accessOf(policy: Policy, held: HeldScopes): Access {
  const tools: OwnTool[] = []
  const more: MissingTool[] = []
  const asked: string[] = []
  for (const tool of policy.tools) {
    const { tool: name, conditions: declared } = tool
    const decision = policy.decide(held, name)
    if (decision.effect === 'unknown-tool' || (decision.effect === 'deny' && decision.concealed)) continue
    const further = furtherAccess(policy, held, tool)
    asked.push(...(further.mayNeed ?? []))
    if (decision.effect !== 'deny') {
      const schemaOf = (step: ConditionStep) => declared.find(({ source }) => source === step.source)?.arguments
      const conditions = lackingOf(decision.reason.conditions).map((step) => {
        const schema = schemaOf(step)
        return { missing: step.missing, ...(schema !== undefined && { arguments: schema }) }
      })
      tools.push({ name, conditions, ...further })
      asked.push(...conditions.flatMap(({ missing }) => missing))
    } else {
      const missing = { ...missingTool(name, decision), ...further }
      more.push(missing)
      // The challenge is empty where a role or group has to come first.
      asked.push(...policy.challenge(decision, held).least, ...missing.conditions.flatMap((each) => each.missing))
    }
  }
  return { tools, more, signInScopes: signInScopesOf(policy, held, asked) }
}

function furtherAccess(policy: Policy, held: HeldScopes, { tool, requires, mayRequire }: ToolPolicy): FurtherAccess {
  const signIn = requires && { signIn: demandText(requires) }
  if (mayRequire === undefined || mayRequire.length === 0) return { ...signIn }
  const decision = policy.decide(held, tool, { value: {}, demanded: mayRequire })
  const steps = decision.effect === 'unknown-tool' ? [] : decision.reason.conditions
  const mayNeed = steps.filter(({ source }) => source === authorizeSource).flatMap(({ missing }) => missing)
  return { ...signIn, ...(mayNeed.length > 0 && { mayNeed }) }
}

/** Clients ask for these scopes alone, so those that the token has ride along. What no sign-in gives is never asked for. */
function signInScopesOf(policy: Policy, held: HeldScopes, asked: readonly string[]): readonly string[] {
  const toAsk = asked.filter((scope) => policy.advertisedScopes.includes(scope))
  if (toAsk.length === 0) return []
  const meant = new Set(policy.grantableScopes.map(({ scope }) => scope))
  return [...new Set([...toAsk, ...held.token.filter((scope) => meant.has(scope))])].sort()
}

function missingTool(name: string, { missing, notRequestable, reason }: DeniedDecision): MissingTool {
  const conditions = lackingOf(reason.conditions).map((step) => ({ missing: step.missing }))
  return { name, missing, notRequestable, conditions }
}

function lackingOf(steps: readonly ConditionStep[]): readonly ConditionStep[] {
  return steps.filter(({ missing }) => missing.length > 0)
}
