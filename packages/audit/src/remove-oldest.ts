import { unlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { filesAside } from './audit-files.ts'
import { readFirstRecord } from './repair-end.ts'

/** Whether rotation may have put a file aside: a foreign one, or one from before there was a chain, is nobody's to remove. */
function isOfChain(file: string): boolean {
  const first = readFirstRecord(file)
  return first?.seq !== undefined && first.chain !== undefined
}

/**
 * Removes all but the newest files that were put aside and begin with a record of a chain. `record` is called before each
 * removal, with the name alone: it has to be on the disk when it returns, or the gap could not be told from a theft.
 *
 * @throws {Error} of the file system, or of `record`
 */
export function removeOldest(file: string, keep: number, record: (name: string) => void): void {
  for (const aside of filesAside(file).filter(isOfChain).slice(0, -keep)) {
    record(basename(aside))
    unlinkSync(aside)
  }
}
