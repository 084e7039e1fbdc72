import type { PinnedJudge } from './pinned-judge.ts'

/** What is asked: a tool, and the conditions that the arguments meet. */
export interface CallShape {
  readonly tool: string
  readonly met: readonly string[]
}

type Scopes = ReadonlySet<string>

/** Beyond this many sets of scopes to look at, nothing can be promised any more. */
const mostSets = 500

/**
 * Callers whom one judge refuses and the other lets through: for each way to miss every alternative of the first, the
 * fewest scopes that are enough for the second. None means that there is no such caller, whatever they hold.
 *
 * A caller whom the first refuses lacks, of each alternative, one scope with all that stands for it. Who lacks exactly that
 * and holds everything else gets the most of all who are refused so, because decisions only grow with scopes: if the second
 * refuses these too, it refuses all of them.
 *
 * @returns undefined if the alternatives are too many to tell
 */
export function newlyAllowed(
  before: PinnedJudge,
  after: PinnedJudge,
  { tool, met }: CallShape,
): readonly (readonly string[])[] | undefined {
  const isAllowed = (scopes: Scopes) => after.allows([...scopes], tool, met)
  let refused: readonly Scopes[] = [new Set([...before.scopes, ...after.scopes])].filter(isAllowed)
  for (const alternative of alternativesOf(before, { tool, met })) {
    const next = refused.flatMap((scopes) => {
      if (!holds(before, scopes, alternative)) return [scopes]
      return alternative.map((missing) => without(before, scopes, missing)).filter(isAllowed)
    })
    refused = largest(next)
    if (refused.length > mostSets) return undefined
  }
  return refused.map((scopes) => fewest([...scopes].sort(), (fewer) => after.allows(fewer, tool, met)))
}

/** Every alternative with what the conditions add: held whole, each lets a call through. */
function alternativesOf({ pins }: PinnedJudge, { tool, met }: CallShape): readonly (readonly string[])[] {
  const pin = pins.get(tool)
  if (pin === undefined) return []
  const further = met.flatMap((condition) => pin.when.get(condition) ?? [])
  return pin.alternatives.map((scopes) => [...new Set([...scopes, ...further])])
}

function holds(judge: PinnedJudge, scopes: Scopes, alternative: readonly string[]): boolean {
  const effective = judge.expand(scopes)
  return alternative.every((scope) => effective.has(scope))
}

/** What is left without a scope and without all that stands for it. */
function without(judge: PinnedJudge, scopes: Scopes, missing: string): Scopes {
  return new Set([...scopes].filter((scope) => !judge.expand([scope]).has(missing)))
}

/** The sets that no other one holds. */
function largest(sets: readonly Scopes[]): readonly Scopes[] {
  const kept: Scopes[] = []
  for (const set of sets.toSorted((a, b) => b.size - a.size)) {
    if (!kept.some((other) => set.isSubsetOf(other))) kept.push(set)
    if (kept.length > mostSets) break
  }
  return kept
}

function fewest(scopes: readonly string[], isEnough: (scopes: readonly string[]) => boolean): readonly string[] {
  return scopes.reduce((kept, scope) => {
    const fewer = kept.filter((other) => other !== scope)
    return isEnough(fewer) ? fewer : kept
  }, scopes)
}
