import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openRoot } from '../src/root.ts'

describe('openRoot', () => {
  let base: string

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'files-')))
    mkdirSync(join(base, 'data'))
  })

  afterEach(() => rmSync(base, { recursive: true }))

  it('makes a relative folder inside the data folder', () => {
    expect(openRoot(join(base, 'data'), './files').path).to.equal(join(base, 'data/files'))
  })

  it('takes an absolute folder, by its path without links', () => {
    mkdirSync(join(base, 'shared'))
    symlinkSync(join(base, 'shared'), join(base, 'link'))
    expect(openRoot(join(base, 'data'), join(base, 'link')).path).to.equal(join(base, 'shared'))
  })

  it('refuses an absolute folder that is not there, or is a file', () => {
    writeFileSync(join(base, 'file'), '')
    expect(() => openRoot(join(base, 'data'), join(base, 'none'))).to.throw('ENOENT')
    expect(() => openRoot(join(base, 'data'), join(base, 'file'))).to.throw('not a folder')
  })

  it('refuses a relative folder that leads out, by its name or by a link', () => {
    mkdirSync(join(base, 'data-2'))
    symlinkSync(join(base, 'data-2'), join(base, 'data/link'))
    for (const folder of ['..', '../data-2', 'a/../../data-2', 'link']) {
      expect(() => openRoot(join(base, 'data'), folder), folder).to.throw('leads out')
    }
  })
})
