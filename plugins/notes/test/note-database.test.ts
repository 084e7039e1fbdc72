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
    one.create(owner, { title: 'a', body: '' })
    two.create(owner, { title: 'b', body: '' })
    expect(one.list(owner, { limit: 10 }).notes.map((note) => note.title)).to.deep.equal(['b', 'a'])
    one.close()
    two.close()
  })
})
