import { existsSync, renameSync } from 'node:fs'

/**
 * Gives a file's name to a draft, and to what had the name another one. If that fails names are as they were. Does NOT force
 * the names to the disk.
 *
 * @throws {Error} of the file system
 */
export function swapFiles(names: { readonly file: string; readonly draft: string; readonly aside: string }): void {
  const { file, draft, aside } = names
  const exists = existsSync(file)
  if (exists) renameSync(file, aside)
  try {
    renameSync(draft, file)
  } catch (error) {
    if (exists) renameSync(aside, file)
    throw error
  }
}
