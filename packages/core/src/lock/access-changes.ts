import { newlyAllowed } from './newly-allowed.ts'
import type { Access, PinChange } from './pin-change.ts'
import type { PinnedJudge } from './pinned-judge.ts'

type AccessChange = Extract<PinChange, { readonly subject: 'access' | 'access-unknown' }>
type ToldChange = Extract<PinChange, { readonly subject: 'access' }>

const rank = { denied: 0, 'depends-on-arguments': 1, allowed: 2 } as const

/**
 * Who may do more with one tool by one judge than by another, and who less, by the fewest scopes.
 *
 * Whoever reads it wants every caller that is easily thought of: each alternative, each scope, each alternative with one
 * scope exchanged for one that may imply it. Whether there is any other caller at all, `newlyAllowed` tells.
 */
export function accessChanges(before: PinnedJudge, after: PinnedJudge, tool: string): readonly AccessChange[] {
  const more = witnesses(before, after, tool)
  const less = witnesses(after, before, tool)
  const asked = [...callersToAsk(before, after, tool), ...more.always, ...less.always]
  const told = fewest(asked.flatMap((scopes) => accessChange(before, after, tool, scopes)))
  const isTold = ({ direction, scopes }: ToldChange) =>
    told.some((other) => other.direction === direction && isPartOf(other.scopes, scopes))
  const unknown = { direction: 'opens', subject: 'access-unknown', tool } as const
  return [
    ...told,
    ...more.forCondition.map((found) => ({ ...found, ...opened, tool })).filter((found) => !isTold(found)),
    ...less.forCondition.map((found) => ({ ...found, ...closed, tool })).filter((found) => !isTold(found)),
    ...(more.isWhole ? [] : [unknown]),
  ]
}

const opened = { subject: 'access', direction: 'opens', from: 'denied', to: 'allowed' } as const
const closed = { subject: 'access', direction: 'closes', from: 'allowed', to: 'denied' } as const

interface Witnesses {
  readonly always: readonly (readonly string[])[]
  readonly forCondition: readonly { readonly scopes: readonly string[]; readonly condition: string }[]
  /** Nothing was left out for being too much. */
  readonly isWhole: boolean
}

/** One condition at a time is enough: who lacks something of several lacks something of one. */
function witnesses(from: PinnedJudge, to: PinnedJudge, tool: string): Witnesses {
  const always = newlyAllowed(from, to, { tool, met: [] })
  const conditions = [...(from.pins.get(tool)?.when.keys() ?? [])]
  const found = conditions.map((condition) => ({ condition, sets: newlyAllowed(from, to, { tool, met: [condition] }) }))
  return {
    always: always ?? [],
    forCondition: found.flatMap(({ condition, sets = [] }) => sets.map((scopes) => ({ scopes, condition }))),
    isWhole: always !== undefined && found.every(({ sets }) => sets !== undefined),
  }
}

function callersToAsk(before: PinnedJudge, after: PinnedJudge, tool: string): readonly (readonly string[])[] {
  const scopes = [...new Set([...before.scopes, ...after.scopes])]
  const pins = [before.pins.get(tool), after.pins.get(tool)].filter((pin) => pin !== undefined)
  const needed = pins.flatMap(({ alternatives, when }) => {
    const asked = [...when.values()]
    return alternatives.flatMap((alternative) => [
      alternative,
      ...asked.map((further) => [...alternative, ...further]),
      [...alternative, ...asked.flat()],
    ])
  })
  const exchanged = needed.flatMap((set) =>
    set.flatMap((scope) => scopes.map((other) => set.map((kept) => (kept === scope ? other : kept)))),
  )
  return [[], ...scopes.map((scope) => [scope]), ...needed, ...exchanged]
}

function accessChange(
  before: PinnedJudge,
  after: PinnedJudge,
  tool: string,
  scopes: readonly string[],
): readonly ToldChange[] {
  const [from, to] = [accessOf(before, scopes, tool), accessOf(after, scopes, tool)]
  if (from === to) return []
  const direction = rank[to] > rank[from] ? ('opens' as const) : ('closes' as const)
  return [{ direction, subject: 'access', tool, scopes: [...new Set(scopes)].sort(), from, to }]
}

function accessOf(judge: PinnedJudge, held: readonly string[], tool: string): Access {
  const { effect } = judge.decide(held, tool)
  if (effect === 'allow') return 'allowed'
  return effect === 'depends-on-arguments' ? effect : 'denied'
}

/** Without those that say nothing that one with fewer scopes does not say. */
function fewest(changes: readonly ToldChange[]): readonly ToldChange[] {
  const distinct = [...new Map(changes.map((change) => [change.scopes.join(' '), change])).values()]
  const says = (other: ToldChange, change: ToldChange) =>
    other !== change && other.from === change.from && other.to === change.to && isPartOf(other.scopes, change.scopes)
  return distinct
    .filter((change) => !distinct.some((other) => says(other, change)))
    .toSorted((a, b) => a.scopes.length - b.scopes.length)
}

function isPartOf(smaller: readonly string[], larger: readonly string[]): boolean {
  return smaller.every((scope) => larger.includes(scope))
}
