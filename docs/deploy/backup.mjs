// Copies the state folder of a running host: node backup.mjs STATE_FOLDER NEW_FOLDER
//
// SQLite files are copied by SQLite itself, so that each copy is one moment of it; the rest is copied as it is. If the host
// rotates its audit meanwhile, the audit is copied again, so that no file of it is missing or in the copy twice. The copy
// holds secrets (signing keys, password hashes): keep it as closed as the original.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'

const [from, to] = process.argv.slice(2)
if (from === undefined || to === undefined || !existsSync(from) || existsSync(to)) {
  console.error('usage: node backup.mjs STATE_FOLDER NEW_FOLDER (the first exists, the second does not)')
  process.exit(2)
}

const isAudit = (path) => /\.ndjson(?:\.head)?$/.test(path)

/** What is copied. The head of an audit comes first: it may not say more than the copy of the records holds. */
function listFiles() {
  return readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length))
    .filter((path) => !/\.db-(?:wal|shm|journal)$|\.lock(?:-journal)?$|\.ndjson\.new$/.test(path))
    .sort((a, b) => Number(b.endsWith('.head')) - Number(a.endsWith('.head')))
}

/** Tells whether a file of an audit was put aside or removed. */
function auditState() {
  const files = listFiles().filter((path) => path.endsWith('.ndjson'))
  return JSON.stringify(files.map((path) => [path, statSync(join(from, path), { throwIfNoEntry: false })?.ino]).sort())
}

async function copy(path) {
  const source = join(from, path)
  const target = join(to, path)
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  if (path.endsWith('.db')) {
    const database = new DatabaseSync(source, { readOnly: true, timeout: 5_000 })
    await backup(database, target)
    database.close()
  } else copyFileSync(source, target)
}

async function copyAudits() {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const state = auditState()
    const files = listFiles().filter(isAudit)
    try {
      for (const path of files) await copy(path)
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
    if (auditState() === state) return files
    for (const path of files) rmSync(join(to, path), { force: true })
  }
  throw new Error('the audit is rotated faster than it can be copied: give audit.rotate.bytes a larger number')
}

process.umask(0o077)
mkdirSync(to, { recursive: true, mode: 0o700 })
const others = listFiles().filter((path) => !isAudit(path))
for (const path of others) await copy(path)
for (const path of [...(await copyAudits()), ...others].sort()) console.log(join(to, path))
