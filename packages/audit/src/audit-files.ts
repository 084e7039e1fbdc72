import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'

const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/

/** The name that the file of an audit gets when it is put aside: `audit-20260131T235959123Z.ndjson` for `audit.ndjson`. */
export function asideName(file: string, time: Date): string {
  const extension = extname(file)
  const stamp = time.toISOString().replaceAll(/[-:.]/g, '')
  return join(dirname(file), `${basename(file, extension)}-${stamp}${extension}`)
}

/** The time in the name of a file that was put aside, or undefined for another name. */
function stampOf(file: string, name: string): string | undefined {
  const extension = extname(file)
  const prefix = `${basename(file, extension)}-`
  if (!name.startsWith(prefix) || !name.endsWith(extension)) return undefined
  const stamp = name.slice(prefix.length, name.length - extension.length)
  return STAMP.test(stamp) ? stamp : undefined
}

/**
 * A name for a file that is put aside now: it comes after all others in the order of names, though the clock was set back,
 * and names nothing yet.
 */
export function nextAsideName(file: string, now: number): string {
  const last = stampOf(file, basename(filesAside(file).at(-1) ?? ''))
  const lastTime = last === undefined ? 0 : Date.parse(last.replace(STAMP, '$1-$2-$3T$4:$5:$6.$7Z'))
  return asideName(file, new Date(Math.max(now, lastTime + 1)))
}

/** The files of an audit that were put aside, oldest first, as absolute paths. */
export function filesAside(file: string): readonly string[] {
  return namesIn(dirname(file))
    .filter((name) => stampOf(file, name) !== undefined)
    .sort()
    .map((name) => join(dirname(file), name))
}

/** Whether there is anything of an audit: while a rotation is under way, or after a kill amid one, none has the file's own name. */
export function hasAudit(file: string): boolean {
  return existsSync(file) || filesAside(file).length > 0
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
