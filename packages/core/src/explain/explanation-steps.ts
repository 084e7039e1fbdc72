import type { ResolvedConfig } from '@toolgate/config'
import { overrideOf, overridePath } from '../override-path.ts'
import { authorizeSource, demandText, faultTexts, type Decision, type HeldScopes } from '@toolgate/policy'

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
      /** The `authorize` of the tool. `unknown` while it did not look: nobody runs it to explain a call. */
      readonly kind: 'demand'
      readonly declaredAt: string
      readonly scopes: readonly string[]
      readonly made: true | 'unknown'
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
  | {
      readonly kind: 'freshness'
      readonly declaredAt: string
      /** What is asked of the sign-in, in words. */
      readonly asks: string
      /** What is wrong with it, in words; empty if it does. */
      readonly faults: readonly string[]
    }
  | { readonly kind: 'visibility'; readonly declaredAt: string; readonly visibility: string; readonly listed: boolean }

/** The steps of a decision in the order in which they were taken, each with where it was declared. */
export function explanationSteps(
  config: ResolvedConfig,
  decision: JudgedDecision,
  caller: {
    readonly held: HeldScopes
    readonly listed: boolean
    /** The author's look is still to come. */ readonly looks: boolean
  },
): readonly ExplanationStep[] {
  const { policy, reason } = decision
  const { tool, plugin, visibility } = policy
  const override = overrideOf(config, tool)
  const at = overridePath(tool)
  const scopesAt = reason.declaredBy === 'config' ? `${at}.scopes` : `scopes of ${tool} in plugin ${plugin}`
  const conditionAt = (source: string) =>
    override?.when === undefined ? `${source} ${plugin}, tool ${tool}` : source.replace(/ of the config$/, ` of ${at}`)
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
    ...reason.conditions.filter(isDeclared).map(({ source, scopes, matched, missing }) => ({
      kind: 'condition' as const,
      declaredAt: conditionAt(source),
      scopes,
      matched,
      missing,
    })),
    ...freshnessSteps(decision, override?.requires !== undefined),
    ...demandSteps(decision, caller.looks),
    {
      kind: 'visibility' as const,
      declaredAt:
        override?.visibility === undefined ? 'visibility of the configuration' : `${overridePath(tool)}.visibility`,
      visibility,
      listed: caller.listed,
    },
  ]
}

function isDeclared({ source }: { readonly source: string }): boolean {
  return source !== authorizeSource
}

function demandSteps({ policy, reason }: JudgedDecision, looks: boolean): readonly ExplanationStep[] {
  const { tool, plugin, mayRequire = [] } = policy
  const declaredAt = `authorize of ${tool} in plugin ${plugin}`
  if (looks) return [{ kind: 'demand', declaredAt, scopes: mayRequire, made: 'unknown', missing: [] }]
  return reason.conditions
    .filter((step) => !isDeclared(step))
    .map(({ scopes, missing }) => ({ kind: 'demand', declaredAt, scopes, made: true, missing }))
}

function freshnessSteps(
  { policy: { tool, plugin }, reason: { freshness } }: JudgedDecision,
  replaced: boolean,
): readonly ExplanationStep[] {
  if (freshness === undefined) return []
  const declaredAt = replaced ? `${overridePath(tool)}.requires` : `requires of ${tool} in plugin ${plugin}`
  return [{ kind: 'freshness', declaredAt, asks: demandText(freshness.requires), faults: faultTexts(freshness) }]
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
