import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { resolveDataFile } from '../src/resolve-data-file.ts'

describe('resolveDataFile', () => {
  let base: string
  let folder: string

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'notes-')))
    folder = join(base, 'data')
    mkdirSync(folder)
    mkdirSync(join(base, 'outside'))
  })

  afterEach(() => rmSync(base, { recursive: true }))

  it('makes the folders on the way and a file of mode 0600', () => {
    const file = resolveDataFile(folder, './a/b/notes.db')
    expect(file).to.equal(join(folder, 'a/b/notes.db'))
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(statSync(join(folder, 'a')).mode & 0o777).to.equal(0o700)
  })

  it('leaves an existing file as it is', () => {
    writeFileSync(join(folder, 'notes.db'), 'content')
    expect(statSync(resolveDataFile(folder, 'notes.db')).size).to.equal(7)
  })

  it('takes an absolute path inside the folder, and names that begin with two dots', () => {
    expect(resolveDataFile(folder, join(folder, 'x.db'))).to.equal(join(folder, 'x.db'))
    expect(resolveDataFile(folder, '..x/..y.db')).to.equal(join(folder, '..x/..y.db'))
  })

  for (const file of ['..', '../notes.db', 'a/../../notes.db', '../data-2/notes.db', '/etc/notes.db', '.', '']) {
    it(`refuses ${JSON.stringify(file)}`, () => {
      expect(() => resolveDataFile(folder, file)).to.throw('leads out of the plugin')
    })
  }

  it('refuses a link in the place of the file, dangling or not', () => {
    symlinkSync(join(base, 'outside/new.db'), join(folder, 'dangling.db'))
    writeFileSync(join(base, 'outside/old.db'), '')
    symlinkSync(join(base, 'outside/old.db'), join(folder, 'link.db'))
    expect(() => resolveDataFile(folder, 'dangling.db')).to.throw('leads out')
    expect(() => resolveDataFile(folder, 'link.db')).to.throw('leads out')
  })

  it('refuses a parent that is a link out, and makes nothing there', () => {
    symlinkSync(join(base, 'outside'), join(folder, 'sub'))
    expect(() => resolveDataFile(folder, 'sub/deep/notes.db')).to.throw('leads out')
    expect(() => statSync(join(base, 'outside/deep'))).to.throw('ENOENT')
  })
})
