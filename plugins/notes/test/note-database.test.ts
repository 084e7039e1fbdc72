import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openNoteDatabase } from '../src/note-database.ts'
import { openNoteStore } from '../src/note-store.ts'

describe('the notes database', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'notes-'))
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  it('refuses one that a newer version has made', () => {
    const file = join(folder, 'notes.db')
    const newer = new DatabaseSync(file)
    newer.exec('PRAGMA user_version = 99')
    newer.close()
    expect(() => openNoteDatabase(file)).to.throw('newer version')
  })

  it('brings one of version 1 up to date: its notes are not private', () => {
    const file = join(folder, 'notes.db')
    const older = new DatabaseSync(file)
    older.exec(`
      CREATE TABLE owners (id INTEGER PRIMARY KEY, issuer TEXT NOT NULL, subject TEXT NOT NULL, UNIQUE (issuer, subject)) STRICT;
      CREATE TABLE notes (
        row INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES owners (id), id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL, UNIQUE (owner, created_at)
      ) STRICT;
      CREATE VIRTUAL TABLE notes_text USING fts5 (owner, title, body, content = 'notes', content_rowid = 'row');
      INSERT INTO owners VALUES (1, 'https://issuer.example', 'ada');
      INSERT INTO notes VALUES (1, 1, 'old', 'Milk', 'two litres', 1);
      PRAGMA user_version = 1;
    `)
    older.close()
    const owner = { issuer: 'https://issuer.example', subject: 'ada' }
    for (let start = 0; start < 2; start++) {
      const store = openNoteStore(file, { notesPerOwner: 10 })
      expect(store.read(owner, 'old')).to.include({ title: 'Milk', private: false })
      expect(store.create(owner, { title: 'Diary', body: '', private: true })).to.include({ private: true })
      store.close()
    }
  })

  it('refuses a file that is no database', () => {
    const file = join(folder, 'notes.db')
    writeFileSync(file, 'This is a text that is long enough to be taken for a header, and is none.'.repeat(20))
    expect(() => openNoteDatabase(file)).to.throw('not a database')
  })

  it('may be open twice: what one writes, the other reads', () => {
    const file = join(folder, 'notes.db')
    const one = openNoteStore(file, { notesPerOwner: 10 })
    const two = openNoteStore(file, { notesPerOwner: 10 })
    const owner = { issuer: 'https://issuer.example', subject: 'ada' }
    one.create(owner, { title: 'a', body: '', private: false })
    two.create(owner, { title: 'b', body: '', private: false })
    expect(one.list(owner, { limit: 10 }).notes.map((note) => note.title)).to.deep.equal(['b', 'a'])
    one.close()
    two.close()
  })
})
