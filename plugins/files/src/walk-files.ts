import { readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolError } from '@toolgate/plugin'
import { systemCode } from './file-failure.ts'
import { openFolder } from './folder.ts'
import { openFileIn } from './open-file.ts'
import type { Root } from './root.ts'

/** A regular file that the walk came to. It is open until the walk goes on. */
export interface WalkedFile {
  /** Absolute, below the folder that the walk began at. */
  readonly path: string
  readonly handle: FileHandle
}

/** How far a walk may go. `entries` is counted down; 0 ends the walk. */
export interface WalkBudget {
  entries: number
}

// What vanished, moved out or may not be read is no reason to end the walk.
const isPassedOver = (error: unknown) =>
  error instanceof ToolError ||
  ['EACCES', 'ELOOP', 'ENOENT', 'ENOTDIR', 'ENXIO', 'EPERM'].includes(systemCode(error) ?? '')

async function unlessPassedOver<Result>(opening: Promise<Result>): Promise<Result | undefined> {
  try {
    return await opening
  } catch (error) {
    if (isPassedOver(error)) return undefined
    throw error
  }
}

/**
 * Opens the regular files below a folder one after the other, by name, a folder's files before its folders. Links are
 * not followed; what cannot be opened is passed over, the folder that it begins at aside.
 */
export async function* walkFiles(
  root: Root,
  start: string,
  budget: WalkBudget,
  signal: AbortSignal,
): AsyncGenerator<WalkedFile> {
  const folders = [start]
  for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
    signal.throwIfAborted()
    const opening = openFolder(root, path)
    await using folder = await (path === start ? opening : unlessPassedOver(opening))
    if (!folder) continue
    const entries = await readdir(folder.at('.'), { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    const below: string[] = []
    for (const entry of entries) {
      if (budget.entries-- <= 0) return
      if (entry.isDirectory()) below.push(join(path, entry.name))
      if (!entry.isFile()) continue
      signal.throwIfAborted()
      await using handle = await unlessPassedOver(openFileIn(root, folder, entry.name))
      if (handle) yield { path: join(path, entry.name), handle }
    }
    folders.push(...below.reverse())
  }
}
