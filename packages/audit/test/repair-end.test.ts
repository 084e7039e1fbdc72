import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'chai'
import { filesAside } from '../src/audit-files.ts'
import { verifyAudit } from '../src/index.ts'
import { createWorkspace, type Workspace } from './support/workspace.ts'

const unchained = '{"type":"event","time":"2026-01-01T00:00:00.000Z","name":"old"}\n'

describe('a file that is found at open', () => {
  let workspace: Workspace

  beforeEach(() => {
    workspace = createWorkspace()
  })
  afterEach(() => {
    workspace.remove()
  })

  /** Opens the audit on the file; gives what was put aside, and the names of the events in the file then. */
  async function opened(): Promise<{ aside: readonly Buffer[]; names: readonly (string | undefined)[] }> {
    await (await workspace.open()).close()
    const lines = readFileSync(workspace.file, 'utf8').trimEnd().split('\n')
    return {
      aside: filesAside(workspace.file).map((file) => readFileSync(file)),
      names: lines.map((line) => (JSON.parse(line) as { readonly name?: string }).name),
    }
  }

  const notOurs: Record<string, Buffer> = {
    'a text without a newline': Buffer.from('the only copy of my thesis'),
    'a text of many lines': Buffer.from('one\ntwo\nthe rest'),
    'JSON of someone else': Buffer.from('{"type":"FeatureCollection","features":[]}'),
    'binary bytes': Buffer.from([0x00, 0xff, 0x7b, 0x0a, 0x80, 0x22, 0x00]),
    'more bytes than are looked at, without a newline': Buffer.alloc(5_000_000, 'x'),
    'one torn record alone': Buffer.from('{"type":"event","time":"20'),
    'a newline alone': Buffer.from('\n'),
    'an audit without a chain': Buffer.from(unchained),
    'an audit without a chain, torn': Buffer.from(`${unchained}{"type":"event","ti`),
  }
  for (const [title, bytes] of Object.entries(notOurs)) {
    it(`is put aside to the byte if it holds ${title}`, async () => {
      mkdirSync(dirname(workspace.file))
      writeFileSync(workspace.file, bytes)
      const { aside, names } = await opened()
      expect(aside).to.have.length(1)
      expect(aside[0]?.equals(bytes)).to.equal(true)
      expect(names).to.deep.equal(['file-begun'])
    })
  }

  for (const torn of ['{', '{"type":', '{"type":"', '{"type":"decision","held":["ä']) {
    it(`loses ${torn} after its last record`, async () => {
      await (await workspace.open()).close()
      appendFileSync(workspace.file, torn)
      expect(await opened()).to.deep.equal({ aside: [], names: ['file-begun', 'torn-line-repaired'] })
    })
  }

  for (const foreign of ['garbage', '{"kind":"x"', '\0\0\0\0', ' {"type":"event"']) {
    it(`is put aside with ${JSON.stringify(foreign)} after its last record, after which the chain goes on`, async () => {
      await (await workspace.open()).close()
      appendFileSync(workspace.file, foreign)
      const bytes = readFileSync(workspace.file)
      const { aside, names } = await opened()
      expect(aside).to.deep.equal([bytes])
      expect(names).to.deep.equal(['file-begun'])
      const { last, faults } = await verifyAudit({ audit: workspace.file })
      expect({ last: last.seq, faults }).to.deep.equal({ last: 2, faults: [] })
    })
  }

  it('is put aside with a torn record if its first line is none', async () => {
    await (await workspace.open()).close()
    const bytes = Buffer.from(`notes\n${readFileSync(workspace.file, 'utf8')}{"type":"event"`)
    writeFileSync(workspace.file, bytes)
    expect(await opened()).to.deep.equal({ aside: [bytes], names: ['file-begun'] })
  })

  it('is gone on with if it is empty', async () => {
    mkdirSync(dirname(workspace.file))
    writeFileSync(workspace.file, '')
    expect(await opened()).to.deep.equal({ aside: [], names: ['file-begun'] })
  })
})
