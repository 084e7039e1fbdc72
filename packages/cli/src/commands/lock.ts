import { basename } from 'node:path'
import type { PinChange } from '@toolgate/core'
import type { Command } from 'commander'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { countOffers } from '../count-offers.ts'
import { addExamples } from '../examples.ts'
import { causeLine, explainError } from '../explain-error.ts'
import { loadPolicy } from '../policy/load-policy.ts'
import { printChanges } from '../policy/print-changes.ts'

/** `toolgate lock`: pins every tool as it is now, after printing what differs from the pins so far. */
export function addLockCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('lock')
    .description('pin every tool with its requirement and definition in the lock file; print what differs first')
    .action(async (_options: object, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>()
      const core = await import('@toolgate/core')
      const inspected = await loadPolicy(context, options)
      const file = core.lockFileOf(inspected.config)
      const locked = await readPresent(context, file)
      const pins = core.pinsOf(inspected, locked?.pins)
      const changes = locked === undefined ? [] : core.diffPins(locked.pins, pins)
      const text = core.formatPins(pins)
      const written = locked === undefined || core.formatPins(locked.pins) !== text
      if (options.json !== true) await printChanges(context, changes, core.shownTools(inspected))
      if (written) await core.writeLockFile(file, text)
      const tools = pins.tools.length
      const pinned = countOffers(pins.tools)
      if (options.json === true) context.terminal.print(JSON.stringify({ file, written, tools, changes }))
      else {
        context.terminal.print(closingLine(basename(file), { written, pinned, changes, isNew: locked === undefined }))
      }
    })
  addExamples(command, ['toolgate lock', 'toolgate lock --config staging.config.ts'])
}

/** The pins so far. A file that cannot be read is written anew: that is what this command is for. */
async function readPresent({ terminal }: CommandContext, file: string) {
  const { HostError, readLockFile } = await import('@toolgate/core')
  try {
    return await readLockFile(file)
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    for (const cause of explainError(error)) {
      terminal.remark(`toolgate: ${causeLine({ ...cause, mend: 'It is written anew; nothing can be compared.' })}`)
    }
    return undefined
  }
}

function closingLine(
  file: string,
  outcome: {
    readonly written: boolean
    readonly pinned: string
    readonly changes: readonly PinChange[]
    readonly isNew: boolean
  },
): string {
  const { pinned } = outcome
  if (!outcome.written) return `${file} is up to date: ${pinned}.`
  if (outcome.isNew) return `Pinned ${pinned} in ${file}. Commit it, and start with --locked.`
  if (outcome.changes.length === 0) return `Wrote ${file}: the same for ${pinned}, in other words.`
  return `\nPinned ${pinned} in ${file}. Review its difference and commit it.`
}
