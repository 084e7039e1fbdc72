import type { PinChange } from './pin-change.ts'

/** Changes by what a reviewer makes of them, what needs most care first. */
export interface ChangeGroups {
  /** Somebody may do or see more with a tool that is pinned, or gets more scopes. */
  readonly opens: readonly PinChange[]
  /** A tool is not the one that was pinned, whoever may call it. */
  readonly changes: readonly PinChange[]
  /** All about tools without a pin. */
  readonly added: readonly PinChange[]
  /** All about pins without a tool. */
  readonly removed: readonly PinChange[]
  readonly closes: readonly PinChange[]
}

/** Sorts changes into groups, each in the order that they came in. */
export function groupChanges(changes: readonly PinChange[]): ChangeGroups {
  const tools = (direction: PinChange['direction']) =>
    new Set(changes.flatMap((one) => (one.subject === 'tool' && one.direction === direction ? [one.tool] : [])))
  const [come, gone] = [tools('opens'), tools('closes')]
  const groupOf = (change: PinChange): keyof ChangeGroups => {
    if ('tool' in change && come.has(change.tool)) return 'added'
    if ('tool' in change && gone.has(change.tool)) return 'removed'
    return change.direction
  }
  const of = (group: keyof ChangeGroups) => changes.filter((change) => groupOf(change) === group)
  return {
    opens: of('opens'),
    changes: of('changes'),
    added: of('added'),
    removed: of('removed'),
    closes: of('closes'),
  }
}
