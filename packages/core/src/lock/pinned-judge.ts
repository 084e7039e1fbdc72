import {
  createPolicy,
  createScopeGraph,
  type Decision,
  type GrantedScope,
  type GrantSubject,
  type Policy,
} from '@toolgate/policy'
import type { Pins, ToolPin } from './pins.ts'

/** The one judge of the host, asked about pins. */
export interface PinnedJudge {
  /** Whether a caller may call a tool with arguments that meet exactly these conditions, named by the hash of their schema. */
  allows(scopes: readonly string[], tool: string, met: readonly string[]): boolean
  /** The same before any arguments are known. */
  decide(scopes: readonly string[], tool: string): Decision
  /** All that some scopes stand for. */
  expand(scopes: Iterable<string>): ReadonlySet<string>
  grant(subject: GrantSubject): readonly GrantedScope[]
  /** Every scope that means something, sorted. */
  readonly scopes: readonly string[]
  readonly pins: ReadonlyMap<string, ToolPin>
}

/**
 * Makes a judge of pins. In the place of arguments, which a condition's schema would tell apart, stands the list of the
 * conditions that are met: it is all that a decision takes from arguments.
 *
 * @throws PolicyError for a circle of implications
 */
export function pinnedJudge({ implies, grants, tools }: Pins): PinnedJudge {
  const implications = Object.fromEntries(implies)
  const policy = createPolicy({
    tools: tools.map(ruleOf),
    implies: implications,
    // What is asked for first is no matter of who may do what.
    initialScopes: [],
    grants: grants.map((rule, index) => ({ ...rule, source: `grants[${String(index)}]` })),
  })
  const graph = createScopeGraph(implications)
  return {
    allows: (scopes, tool, met) => policy.decide(scopes, tool, { value: met }).effect === 'allow',
    decide: (scopes, tool) => policy.decide(scopes, tool),
    expand: (scopes) => graph.expand([...scopes]),
    grant: (subject) => policy.grant(subject),
    scopes: policy.grantableScopes.map(({ scope }) => scope),
    pins: new Map(tools.map((pin) => [pin.tool, pin])),
  }
}

function ruleOf({ tool, alternatives, when, facts }: ToolPin): Policy['tools'][number] {
  const conditions = [...when].map(([schema, scopes]) => ({
    scopes,
    source: schema,
    arguments: {},
    matches: (met: unknown) => Array.isArray(met) && met.includes(schema),
  }))
  const plugin = String(facts.get('plugin'))
  // Nobody is listed anything here; every scope has to stay in sight.
  return { tool, plugin, alternatives, conditions, visibility: 'granted', readOnly: false, declaredBy: 'plugin' }
}
