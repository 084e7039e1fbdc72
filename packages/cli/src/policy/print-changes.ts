import type { PinChange, ShownTools } from '@toolgate/core'
import type { CommandContext } from '../command-context.ts'

const titles = [
  ['opens', 'Opens'],
  ['changes', 'Changes'],
  ['added', 'New'],
  ['removed', 'Removed'],
  ['closes', 'Closes'],
] as const

/**
 * Prints changes as a person reviews them: what opens first, then tools that are not what they were, new, removed, and
 * last what closes.
 *
 * @param shown the tools that are loaded, whose texts are quoted where they changed
 */
export async function printChanges(
  context: CommandContext,
  changes: readonly PinChange[],
  shown?: ShownTools,
): Promise<void> {
  const { terminal } = context
  const { changeText, groupChanges } = await import('@toolgate/core')
  const groups = groupChanges(changes)
  for (const [group, title] of titles) {
    const lines = groups[group].map((change) => `  ${changeText(change, shown)}`)
    const isGrave = group === 'opens' || group === 'changes'
    if (lines.length > 0) terminal.print([isGrave ? terminal.warning(title) : title, ...lines].join('\n'))
  }
}
