import { basename } from 'node:path'
import type { Fault } from '../errors.ts'
import { HostError } from '../errors.ts'
import { changeText, type ShownTools } from './change-text.ts'
import { diffPins } from './diff-pins.ts'
import { formatPins } from './format-pins.ts'
import { groupChanges } from './group-changes.ts'
import { lockFileOf, readLockFile } from './lock-file.ts'
import type { PinChange } from './pin-change.ts'
import { pinsOf, type PinSource } from './pins-of.ts'

/** What the lock file says to what is loaded now. */
export interface LockJudgement {
  /** What keeps a host from starting: more than is pinned, or another tool than was pinned, or no pins at all. */
  readonly refused: readonly Fault[]
  /** Less than is pinned. It can harm nobody, but the lock file is out of date. */
  readonly outdated: readonly Fault[]
}

const mends = {
  opens: 'If more is meant, run "toolgate lock" and commit the difference.',
  changes: 'Read what the tool says now; if that is meant, run "toolgate lock" and commit the difference.',
  added: 'It is not pinned: read it, then run "toolgate lock" and commit the difference.',
  removed: 'The lock file is out of date: run "toolgate lock" and commit the difference.',
  closes: 'The lock file is out of date: run "toolgate lock" and commit the difference.',
} as const

/** Compares what is loaded with the lock file of its configuration. Every difference is one fault, what opens first. */
export async function judgeLock(source: PinSource): Promise<LockJudgement> {
  const file = lockFileOf(source.config)
  const path = basename(file)
  try {
    const locked = await readLockFile(file)
    if (locked === undefined) {
      const mend = 'Run "toolgate lock", review what it writes and commit it.'
      return { refused: [{ path, message: `does not exist in the folder of the configuration`, mend }], outdated: [] }
    }
    const now = pinsOf(source, locked.pins)
    const changes = diffPins(locked.pins, now)
    // Rules that are written in another way and let the same callers through.
    const isRewritten = changes.length === 0 && formatPins(now).trim() !== formatPins(locked.pins).trim()
    const rewritten = { path, message: 'says the same in other words', mend: mends.closes }
    const { refused, outdated } = faultsOf(changes, path, shownTools(source))
    return { refused, outdated: isRewritten ? [rewritten] : outdated }
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    return { refused: error.faults, outdated: [] }
  }
}

/** The tools whose texts {@link changeText} may quote. */
export function shownTools(source: Pick<PinSource, 'catalogue' | 'waitingTools' | 'waitingThings'>): ShownTools {
  const { catalogue, waitingTools, waitingThings } = source
  const waiting = [...waitingTools, ...waitingThings].map((each) => [each.policy.tool, each] as const)
  return new Map([...catalogue.entries, ...waiting])
}

function faultsOf(changes: readonly PinChange[], path: string, shown: ShownTools): LockJudgement {
  const groups = groupChanges(changes)
  const faults = (group: keyof typeof mends, only?: PinChange['subject']) =>
    groups[group]
      .filter(({ subject }) => only === undefined || subject === only)
      .map((change) => ({ path, message: changeText(change, shown), mend: mends[group] }))
  return {
    refused: [...faults('opens'), ...faults('changes'), ...addedFaults(groups.added, path)],
    outdated: [...faults('removed', 'tool'), ...faults('closes')],
  }
}

/** One line for each tool without a pin: that it is there, who may call it, and what it asks for beside scopes. */
function addedFaults(added: readonly PinChange[], path: string): readonly Fault[] {
  return added.flatMap((come) => {
    if (come.subject !== 'tool') return []
    const { tool } = come
    const others = added.filter((change) => change !== come && 'tool' in change && change.tool === tool)
    const rest = others.map((change) => changeText(change).slice(`${tool}: `.length))
    return [{ path, message: [changeText(come), ...rest].join('; '), mend: mends.added }]
  })
}
