import { readdirSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'

const STAMP = /^\d{8}T\d{9}Z(?:-\d+)?$/

/** The name that the file of an audit gets when it is put aside: `audit-20260131T235959123Z.ndjson` for `audit.ndjson`. */
export function asideName(file: string, time: Date, count = 0): string {
  const extension = extname(file)
  const stamp = time.toISOString().replaceAll(/[-:.]/g, '')
  const suffix = count === 0 ? '' : `-${String(count)}`
  return join(dirname(file), `${basename(file, extension)}-${stamp}${suffix}${extension}`)
}

/** The files of an audit that were put aside, oldest first, as absolute paths. */
export function filesAside(file: string): readonly string[] {
  const extension = extname(file)
  const prefix = `${basename(file, extension)}-`
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && name.endsWith(extension))
    .filter((name) => STAMP.test(name.slice(prefix.length, name.length - extension.length)))
    .sort()
    .map((name) => join(dirname(file), name))
}

/** The files of an audit, oldest first, the one that is written last. */
export function auditFiles(file: string): readonly string[] {
  return [...filesAside(file), file]
}
