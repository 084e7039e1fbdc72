import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { ToolError } from '@toolgate/plugin'
import { matchExpression } from './match-expression.ts'
import type { Note } from './note.ts'
import { inTransaction, openNoteDatabase } from './note-database.ts'
import type { Owner } from './owner.ts'

/** Which part of an owner's notes is asked for, newest first. */
export interface PageRequest {
  readonly limit: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

/** Some notes, newest first. */
export interface NotePage {
  readonly notes: readonly Note[]
  /** Absent on the last page. */
  readonly nextCursor?: string
}

/** A note without what it says. */
export type NoteTitle = Pick<Note, 'id' | 'title' | 'createdAt'>

/** The notes of all owners. Every method sees those of the given owner alone. */
export interface NoteStore {
  /** @throws ToolError if the owner has as many notes as one may keep */
  create(owner: Owner, note: { readonly title: string; readonly body: string; readonly private: boolean }): Note
  /** @returns undefined if the owner has no such note */
  read(owner: Owner, id: string): Note | undefined
  /** Whether the owner has such a note and it is private. A note stays what it was made. */
  isPrivate(owner: Owner, id: string): boolean
  /** The newest notes by their titles, of those whose id begins with a text. */
  titles(owner: Owner, start: string, limit: number): readonly NoteTitle[]
  /** Private notes without their bodies. */
  list(owner: Owner, page: PageRequest): NotePage
  /**
   * Never finds a private note: what matches would tell what it says.
   *
   * @throws ToolError if the text holds nothing to search for
   */
  search(owner: Owner, text: string, page: PageRequest): NotePage
  /** @returns false if the owner has no such note */
  delete(owner: Owner, id: string): boolean
  close(): void
}

const columns = 'notes.id, notes.title, notes.body, notes.created_at, notes.private'

const toNote = (row: Readonly<Record<string, unknown>>): Note => ({
  id: String(row['id']),
  title: String(row['title']),
  body: String(row['body']),
  createdAt: new Date(Number(row['created_at'])).toISOString(),
  private: row['private'] === 1,
})

const toTitle = (row: Readonly<Record<string, unknown>>): NoteTitle => ({
  id: String(row['id']),
  title: String(row['title']),
  createdAt: new Date(Number(row['created_at'])).toISOString(),
})

const withoutSecret = (note: Note): Note => (note.private ? { ...note, body: '' } : note)

function toPage(rows: readonly Readonly<Record<string, unknown>>[], limit: number): NotePage {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const page = { notes: shown.map(toNote).map(withoutSecret) }
  return rows.length > limit && last ? { ...page, nextCursor: String(last['created_at']) } : page
}

const before = ({ cursor }: PageRequest) => (cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor))

function prepareStatements(db: DatabaseSync) {
  return {
    findOwner: db.prepare('SELECT id FROM owners WHERE issuer = ? AND subject = ?'),
    addOwner: db.prepare('INSERT INTO owners (issuer, subject) VALUES (?, ?) RETURNING id'),
    count: db.prepare('SELECT count(*) AS count, max(created_at) AS newest FROM notes WHERE owner = ?'),
    insert: db.prepare('INSERT INTO notes (owner, id, title, body, created_at, private) VALUES (?, ?, ?, ?, ?, ?)'),
    read: db.prepare(`SELECT ${columns} FROM notes WHERE owner = ? AND id = ?`),
    titles: db.prepare(
      `SELECT id, title, created_at FROM notes WHERE owner = ? AND substr(id, 1, length(?)) = ?
       ORDER BY created_at DESC LIMIT ?`,
    ),
    list: db.prepare(
      `SELECT ${columns} FROM notes WHERE owner = ? AND created_at < ? ORDER BY created_at DESC LIMIT ?`,
    ),
    search: db.prepare(
      `SELECT ${columns} FROM notes_text JOIN notes ON notes.row = notes_text.rowid
       WHERE notes_text MATCH ? AND notes.owner = ? AND notes.private = 0 AND notes.created_at < ?
       ORDER BY notes.created_at DESC LIMIT ?`,
    ),
    remove: db.prepare('DELETE FROM notes WHERE owner = ? AND id = ?'),
  }
}

/** Opens the store on a SQLite file (`:memory:` keeps it in memory). */
export function openNoteStore(file: string, limits: { readonly notesPerOwner: number }): NoteStore {
  const db = openNoteDatabase(file)
  const statements = prepareStatements(db)

  const findOwner = ({ issuer, subject }: Owner): number | undefined => {
    const row = statements.findOwner.get(issuer, subject)
    return row && Number(row['id'])
  }

  const read = (owner: Owner, id: string): Note | undefined => {
    const ownerId = findOwner(owner)
    const row = ownerId === undefined ? undefined : statements.read.get(ownerId, id)
    return row && toNote(row)
  }

  return {
    create: (owner, { title, body, private: isPrivate }) =>
      inTransaction(db, () => {
        const ownerId = findOwner(owner) ?? Number(statements.addOwner.get(owner.issuer, owner.subject)?.['id'])
        const held = statements.count.get(ownerId)
        if (Number(held?.['count']) >= limits.notesPerOwner) {
          throw new ToolError(`You keep ${limits.notesPerOwner} notes, and may keep no more. Delete one first.`)
        }
        // Unique per owner and never going back, so that the time alone is the cursor.
        const createdAt = Math.max(Date.now(), Number(held?.['newest'] ?? 0) + 1)
        const id = randomUUID()
        statements.insert.run(ownerId, id, title, body, createdAt, Number(isPrivate))
        return { id, title, body, createdAt: new Date(createdAt).toISOString(), private: isPrivate }
      }),

    read,

    titles(owner, start, limit) {
      const ownerId = findOwner(owner)
      return ownerId === undefined ? [] : statements.titles.all(ownerId, start, start, limit).map(toTitle)
    },

    isPrivate: (owner, id) => read(owner, id)?.private === true,

    list(owner, page) {
      const ownerId = findOwner(owner)
      if (ownerId === undefined) return { notes: [] }
      return toPage(statements.list.all(ownerId, before(page), page.limit + 1), page.limit)
    },

    search(owner, text, page) {
      const ownerId = findOwner(owner)
      const expression = matchExpression(ownerId ?? 0, text)
      if (expression === undefined) throw new ToolError('Give at least one word to search for.')
      if (ownerId === undefined) return { notes: [] }
      return toPage(statements.search.all(expression, ownerId, before(page), page.limit + 1), page.limit)
    },

    delete(owner, id) {
      const ownerId = findOwner(owner)
      return ownerId !== undefined && Number(statements.remove.run(ownerId, id).changes) === 1
    },

    close: () => db.close(),
  }
}
