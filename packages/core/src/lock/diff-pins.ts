import { canonicalJson } from '@toolgate/audit'
import { accessChanges } from './access-changes.ts'
import { grantChanges } from './grant-changes.ts'
import { absent, type PinChange } from './pin-change.ts'
import { pinnedFacts } from './pinned-facts.ts'
import { pinnedJudge, type PinnedJudge } from './pinned-judge.ts'
import type { Pins, ToolPin } from './pins.ts'

const order = { opens: 0, changes: 1, closes: 2 } as const

/** Changes in the order in which they need care; within it as they came. */
export function openingFirst(changes: readonly PinChange[]): readonly PinChange[] {
  return changes.toSorted((a, b) => order[a.direction] - order[b.direction])
}

/**
 * What a change opens, changes and closes, in this order: of two lock files, of two configurations, or of one of each.
 * Who may do what is put to the one judge; what is said of scopes holds for every caller there can be.
 */
export function diffPins(before: Pins, after: Pins): readonly PinChange[] {
  const was = pinnedJudge(before)
  const is = pinnedJudge(after)
  const sameScopes = canonicalJson([...before.implies]) === canonicalJson([...after.implies])
  const changes = [
    ...impliesChanges(was, is, [...before.implies.keys(), ...after.implies.keys()]),
    ...grantChanges(was, is, { before: before.grants, after: after.grants }),
    ...[...new Set([...was.pins.keys(), ...is.pins.keys()])].sort().flatMap((tool) => {
      const [from, to] = [was.pins.get(tool), is.pins.get(tool)]
      return [
        ...toolChanges(tool, from, to),
        // Equal rules let the same callers through, and asking costs.
        ...(sameScopes && from && to && ruleText(from) === ruleText(to) ? [] : accessChanges(was, is, tool)),
      ]
    }),
  ]
  return openingFirst(changes)
}

function ruleText({ alternatives, when }: ToolPin): string {
  return canonicalJson([alternatives, [...when]])
}

function toolChanges(tool: string, from: ToolPin | undefined, to: ToolPin | undefined): readonly PinChange[] {
  if (from === undefined || to === undefined) {
    const shown = String((from ?? to)?.facts.get('visibility'))
    return from === undefined
      ? [{ direction: 'opens', subject: 'tool', tool, from: absent, to: shown }, ...asked(tool, to?.facts)]
      : [{ direction: 'closes', subject: 'tool', tool, from: shown, to: absent }]
  }
  return [...factChanges(from, to), ...conditionChanges(from, to)]
}

/** What a tool that came asks for beside its scopes, which access tells. */
function asked(tool: string, facts: ToolPin['facts'] = new Map()): readonly PinChange[] {
  return pinnedFacts.flatMap(({ name, asks }) => {
    const is = facts.get(name)
    if (asks !== true || is === undefined) return []
    return [{ direction: 'closes' as const, subject: 'fact' as const, tool, fact: name, from: absent, to: String(is) }]
  })
}

function factChanges(from: ToolPin, to: ToolPin): readonly PinChange[] {
  return pinnedFacts.flatMap((fact) => {
    const { name } = fact
    const [was, is] = [from.facts.get(name), to.facts.get(name)]
    if (was === is) return []
    const direction = fact.judge?.(was, is) ?? 'changes'
    const told = { tool: to.tool, fact: name, from: String(was ?? absent), to: String(is ?? absent) }
    return [{ direction, subject: 'fact' as const, ...told }]
  })
}

function conditionChanges(from: ToolPin, to: ToolPin): readonly PinChange[] {
  return [...new Set([...from.when.keys(), ...to.when.keys()])].flatMap((condition) => {
    const [was = [], is = []] = [from.when.get(condition), to.when.get(condition)]
    if (was.join(' ') === is.join(' ')) return []
    const direction = was.every((scope) => is.includes(scope)) ? ('closes' as const) : ('opens' as const)
    const told = { tool: to.tool, condition, from: was.join(' ') || absent, to: is.join(' ') || absent }
    return [{ direction, subject: 'condition' as const, ...told }]
  })
}

function impliesChanges(before: PinnedJudge, after: PinnedJudge, scopes: readonly string[]): readonly PinChange[] {
  return [...new Set(scopes)].sort().flatMap((scope) => {
    const [was, is] = [before, after].map((judge) => [...judge.expand([scope])].filter((one) => one !== scope).sort())
    if (was === undefined || is === undefined) return []
    const told = { subject: 'implies', scope, from: was.join(' ') || absent, to: is.join(' ') || absent } as const
    return [
      ...(is.some((one) => !was.includes(one)) ? [{ direction: 'opens' as const, ...told }] : []),
      ...(was.some((one) => !is.includes(one)) ? [{ direction: 'closes' as const, ...told }] : []),
    ]
  })
}
