import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ComparedSide } from '@toolgate/core'
import type { CommandContext } from '../command-context.ts'
import { loadPolicy } from './load-policy.ts'

/** One side of a comparison: what a lock file pins, or a configuration with what would be pinned of it; the content of the file tells which it is. */
export async function loadPins(context: CommandContext, named: string): Promise<ComparedSide> {
  const { isLockText, pinsOf, readLockFile } = await import('@toolgate/core')
  const file = resolve(context.folder, named)
  // That a file is missing or cannot be read is told by the configuration's own loader.
  const text = await readFile(file, 'utf8').catch(() => '')
  const locked = isLockText(text) ? await readLockFile(file) : undefined
  if (locked !== undefined) return { pins: locked.pins }
  const inspected = await loadPolicy(context, { config: named })
  return { pins: pinsOf(inspected), config: inspected.config }
}
