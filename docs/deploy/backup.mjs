// Copies the state folder of a running host: node backup.mjs STATE_FOLDER NEW_FOLDER
//
// SQLite files are copied by SQLite itself, so that each copy is one moment of it; the rest is copied as it is. The copy
// holds secrets (signing keys, password hashes): keep it as closed as the original.
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'

const [from, to] = process.argv.slice(2)
if (from === undefined || to === undefined || !existsSync(from) || existsSync(to)) {
  console.error('usage: node backup.mjs STATE_FOLDER NEW_FOLDER (the first exists, the second does not)')
  process.exit(2)
}

process.umask(0o077)
mkdirSync(to, { recursive: true, mode: 0o700 })
for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
  // What SQLite keeps beside a database is part of the copy that it makes; a lock belongs to a process.
  if (!entry.isFile() || /\.db-(?:wal|shm|journal)$|\.lock(?:-journal)?$/.test(entry.name)) continue
  const source = join(entry.parentPath, entry.name)
  const target = join(to, source.slice(from.length))
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  if (entry.name.endsWith('.db')) {
    const database = new DatabaseSync(source, { readOnly: true, timeout: 5_000 })
    await backup(database, target)
    database.close()
  } else copyFileSync(source, target)
  console.log(target)
}
