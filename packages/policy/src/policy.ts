import { createHash } from 'node:crypto'
import { decide, heldAlternative, withoutArguments } from './decide.ts'
import type { Decision, DeniedDecision, StaleDecision } from './decision.ts'
import { PolicyError } from './errors.ts'
import { grantableScopes, type GrantableScope } from './grantable-scopes.ts'
import { grantScopes, type GrantedScope, type GrantRule, type GrantSubject } from './grants.ts'
import { allHeld, heldScopes, type Held, type HeldScopes } from './held-scopes.ts'
import { chooseInitialScopes } from './initial-scopes.ts'
import { leastAlternative } from './least-alternative.ts'
import { createScopeGraph, type Implications, type ScopeGraph } from './scope-graph.ts'
import { standingOf } from './standing.ts'
import type { ThingKind } from './thing-kind.ts'
import { scopesOf, type ToolPolicy } from './tool-policy.ts'

/** What a policy is made of. */
export interface PolicyDefinition {
  readonly tools: readonly ToolPolicy[]
  readonly implies: Implications
  /** What the first challenge asks for; chosen from the read-only tools if absent. */
  readonly initialScopes: readonly string[] | undefined
  /** Rules that turn claims into scopes; none by default. */
  readonly grants?: readonly GrantRule[]
  /** Scopes that a rule gives and a sign-in too, beside those of `initialScopes`: they may be asked for. */
  readonly requestable?: readonly string[]
}

/** One tool as a caller's list shows it. */
export interface ListedTool {
  readonly tool: string
  /** The scopes to name in the listing: of a tool with visibility `listed`, for every caller. */
  readonly requiredScopes: readonly string[] | undefined
}

/** The policy in force. */
export interface Policy {
  /**
   * The only judge. Leave `args` out to ask what is known before the arguments are; `demanded` are scopes that the author's
   * `authorize` asked for after looking at this very call.
   */
  decide(held: Held, tool: string, args?: { readonly value: unknown; readonly demanded?: readonly string[] }): Decision
  /**
   * The tools, or other things of one kind, that a caller is shown, in the catalogue's order: those listed to everybody, and those
   * that `decide` does not deny without arguments.
   */
  list(held: Held, kind?: ThingKind): readonly ListedTool[]
  /** Equal for callers who are shown the same list: the effective scopes that any tool asks for. */
  listKey(held: Held): string
  /** The scopes that the rules of `grants` give to a verified token. */
  grant(subject: GrantSubject): readonly GrantedScope[]
  /**
   * All scopes that a challenge names for a denial, then without the held ones that ride along. Never one that the caller
   * has by a rule; none at all where a missing one can only come from a rule, because no sign-in would help. For a stale
   * sign-in, those that a new one must bring again.
   */
  challenge(
    refused: DeniedDecision | StaleDecision,
    held: Held,
  ): { readonly full: readonly string[]; readonly least: readonly string[] }
  readonly tools: readonly ToolPolicy[]
  readonly initialScopes: readonly string[]
  /** Every scope that means something here, sorted. */
  readonly grantableScopes: readonly GrantableScope[]
  /** Every scope of a tool that is not concealed and that a sign-in can give, sorted. */
  readonly advertisedScopes: readonly string[]
  /** SHA-256 of the rules, hexadecimal. */
  readonly hash: string
}

/**
 * Compiles the rules of all tools.
 *
 * @throws PolicyError for an implication cycle, two rules for one tool, a requirement without an alternative, more than
 * twenty automatic initial scopes, or an initial scope that only concealed tools use
 */
export function createPolicy(definition: PolicyDefinition): Policy {
  const graph = createScopeGraph(definition.implies)
  const tools = indexed(definition.tools)
  const known = new Set(definition.tools.flatMap(scopesOf))
  const grantable = grantableScopes(graph, definition.tools, Object.keys(definition.implies))
  const meant = new Set(grantable.map(({ scope }) => scope))
  const shown = definition.tools.filter((policy) => policy.visibility !== 'concealed')
  const byKind = Map.groupBy(definition.tools, ({ kind = 'tool' }) => kind)
  requireShown(definition.initialScopes ?? [], grantable)
  const { grants = [], requestable = [] } = definition
  const asked = new Set([...requestable, ...(definition.initialScopes ?? [])])
  const onlyGranted = new Set(grants.flatMap(({ scopes }) => scopes).filter((scope) => !asked.has(scope)))
  const shownScopes = new Map(
    shown.flatMap((policy) =>
      policy.visibility === 'listed' ? [[policy, Object.freeze(leastAlternative(graph, policy))]] : [],
    ),
  )
  return Object.freeze({
    decide: (held: Held, tool: string, args?: Parameters<Policy['decide']>[2]) => {
      const policy = tools.get(tool)
      if (policy === undefined) return { effect: 'unknown-tool' as const }
      const value = args === undefined ? withoutArguments : args.value
      return decide(graph, policy, standingOf(graph, held), value, { onlyGranted, demanded: args?.demanded })
    },
    list: (held: Held, kind: ThingKind = 'tool') => {
      const standing = standingOf(graph, held)
      return (byKind.get(kind) ?? []).flatMap((policy) => {
        const requiredScopes = shownScopes.get(policy)
        if (requiredScopes === undefined && heldAlternative(policy, standing) === -1) return []
        return [{ tool: policy.tool, requiredScopes }]
      })
    },
    listKey: (held: Held) =>
      [...graph.expand(allHeld(held))]
        .filter((scope) => known.has(scope))
        .sort()
        .join(' '),
    grant: (subject: GrantSubject) => grantScopes(grants, subject),
    challenge: (refused: DeniedDecision | StaleDecision, held: Held) =>
      challengeFor({ graph, meant, onlyGranted }, refused, heldScopes(held)),
    tools: definition.tools,
    initialScopes: Object.freeze(definition.initialScopes ?? chooseInitialScopes(graph, shown, onlyGranted)),
    grantableScopes: Object.freeze(grantable),
    advertisedScopes: Object.freeze(
      [...new Set(shown.flatMap(scopesOf))].filter((scope) => !onlyGranted.has(scope)).sort(),
    ),
    hash: hashOf(definition),
  })
}

function challengeFor(
  rules: { readonly graph: ScopeGraph; readonly meant: ReadonlySet<string>; readonly onlyGranted: ReadonlySet<string> },
  refused: DeniedDecision | StaleDecision,
  { token }: HeldScopes,
): ReturnType<Policy['challenge']> {
  if (refused.effect === 'deny' && refused.notRequestable.length > 0) return { full: [], least: [] }
  const given = new Set(refused.reason.granted.map(({ scope }) => scope))
  const asked = refused.required.filter((scope) => !given.has(scope))
  const least = asSignInGives(rules.graph, asked, token, rules.onlyGranted)
  return { full: [...new Set([...least, ...token.filter((scope) => rules.meant.has(scope))])], least }
}

/** Scopes that are held, as a sign-in can bring them again: one that no sign-in gives by the one that stands for it. */
function asSignInGives(
  graph: ScopeGraph,
  scopes: readonly string[],
  token: readonly string[],
  onlyGranted: ReadonlySet<string>,
): readonly string[] {
  const giver = (scope: string) => token.find((candidate) => graph.closure(candidate).includes(scope)) ?? scope
  return [...new Set(scopes.map((scope) => (onlyGranted.has(scope) ? giver(scope) : scope)))]
}

function requireShown(initialScopes: readonly string[], grantable: readonly GrantableScope[]): void {
  const hidden = grantable.find(({ scope, concealed }) => concealed && initialScopes.includes(scope))
  if (hidden === undefined) return
  throw new PolicyError(
    'concealed-initial-scope',
    `initialScopes names ${hidden.scope}, which only concealed tools use: every caller would be told of it`,
  )
}

function indexed(policies: readonly ToolPolicy[]): ReadonlyMap<string, ToolPolicy> {
  const tools = new Map<string, ToolPolicy>()
  for (const policy of policies) {
    if (tools.has(policy.tool)) throw new PolicyError('duplicate-tool', `two rules for the tool ${policy.tool}`)
    if (policy.alternatives.length === 0) {
      throw new PolicyError('no-alternative', `the requirement of ${policy.tool} has no alternative`)
    }
    tools.set(policy.tool, policy)
  }
  return tools
}

function hashOf(definition: PolicyDefinition): string {
  const rules = definition.tools.map((policy) => [
    policy.tool,
    policy.alternatives,
    policy.conditions.map((condition) => [condition.arguments, condition.scopes]),
    policy.visibility,
    policy.mayRequire ?? null,
    policy.requires ?? null,
  ])
  const implications = Object.entries(definition.implies).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([rules, implications, definition.grants ?? [], definition.requestable ?? []]))
    .digest('hex')
}
