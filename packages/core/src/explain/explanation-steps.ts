import type { ResolvedConfig } from '@toolgate/config'
import type { Decision, HeldScopes } from '@toolgate/policy'

type JudgedDecision = Exclude<Decision, { readonly effect: 'unknown-tool' }>

/** One step of a decision, with the place to look at if it is not what was meant. */
export type ExplanationStep =
  | {
      readonly kind: 'alternative'
      readonly declaredAt: string
      readonly scopes: readonly string[]
      readonly missing: readonly string[]
      /** It holds or, in a denial, the challenge asks for it. */
      readonly chosen: boolean
    }
  | {
      readonly kind: 'condition'
      readonly declaredAt: string
      readonly scopes: readonly string[]
      /** `unknown` while no arguments are given. */
      readonly matched: boolean | 'unknown'
      readonly missing: readonly string[]
    }
  | {
      readonly kind: 'implication'
      readonly declaredAt: string
      /** Held because `by` stands for it. */
      readonly scope: string
      readonly by: string
    }
  | {
      readonly kind: 'grant'
      readonly declaredAt: string
      readonly scope: string
    }
  | { readonly kind: 'visibility'; readonly declaredAt: string; readonly visibility: string; readonly listed: boolean }

/** The steps of a decision in the order in which they were taken, each with where it was declared. */
export function explanationSteps(
  config: ResolvedConfig,
  decision: JudgedDecision,
  caller: { readonly held: HeldScopes; readonly listed: boolean },
): readonly ExplanationStep[] {
  const { policy, reason } = decision
  const { tool, plugin, visibility } = policy
  const override = Object.hasOwn(config.tools, tool) ? config.tools[tool] : undefined
  const scopesAt = reason.declaredBy === 'config' ? `tools.${tool}.scopes` : `scopes of ${tool} in plugin ${plugin}`
  const conditionAt = (source: string) =>
    override?.when === undefined
      ? `${source} ${plugin}, tool ${tool}`
      : source.replace(/ of the config$/, ` of tools.${tool}`)
  const { token, granted } = caller.held
  const held = [...token, ...granted.map(({ scope }) => scope)]
  return [
    ...reason.granted.map(({ scope, rule }) => ({ kind: 'grant' as const, declaredAt: rule, scope })),
    ...reason.implied.flatMap((scope) => implication(config, held, scope)),
    ...reason.alternatives.map(({ scopes, missing }, index) => ({
      kind: 'alternative' as const,
      declaredAt: scopesAt,
      scopes,
      missing,
      chosen: index === reason.chosen,
    })),
    ...reason.conditions.map(({ source, scopes, matched, missing }) => ({
      kind: 'condition' as const,
      declaredAt: conditionAt(source),
      scopes,
      matched,
      missing,
    })),
    {
      kind: 'visibility' as const,
      declaredAt: override?.visibility === undefined ? 'visibility of the configuration' : `tools.${tool}.visibility`,
      visibility,
      listed: caller.listed,
    },
  ]
}

/** The first held scope that stands for another, by what the configuration writes out. */
function implication(config: ResolvedConfig, held: readonly string[], scope: string): readonly ExplanationStep[] {
  const by = held.find((candidate) => reaches(config, candidate, scope))
  if (by === undefined) return []
  return [{ kind: 'implication', declaredAt: `scopes['${by}'].implies`, scope, by }]
}

function reaches({ scopes }: ResolvedConfig, from: string, to: string): boolean {
  const direct = Object.hasOwn(scopes, from) ? (scopes[from]?.implies ?? []) : []
  return direct.includes(to) || direct.some((next) => reaches({ scopes } as ResolvedConfig, next, to))
}
