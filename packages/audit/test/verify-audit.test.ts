import { expect } from 'chai'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { verifyAudit } from '../src/index.ts'
import { createWorkspace, type Workspace } from './support/workspace.ts'

describe('verifyAudit', () => {
  let workspace: Workspace

  beforeEach(async () => {
    workspace = createWorkspace()
    const audit = await workspace.open()
    for (let index = 2; index <= 10; index += 1) audit.event({ name: `event-${String(index)}` })
    await audit.close()
  })
  afterEach(() => {
    workspace.remove()
  })

  function tamper(change: (lines: string[]) => void): void {
    const lines = readFileSync(workspace.file, 'utf8').trimEnd().split('\n')
    change(lines)
    writeFileSync(workspace.file, lines.map((line) => `${line}\n`).join(''))
  }

  async function found(): Promise<readonly string[]> {
    const { faults } = await verifyAudit({ audit: workspace.file })
    return faults.map(({ kind, line, seq, lastSeq }) => [kind, line, seq, lastSeq].filter(Boolean).join(' '))
  }

  it('finds nothing in what the host wrote, across restarts', async () => {
    const audit = await workspace.open()
    audit.event({ name: 'after' })
    await audit.close()
    const { records, first, last, faults } = await verifyAudit({ audit: workspace.file })
    expect({ records, first, last: last.seq, faults }).to.deep.equal({ records: 11, first: 1, last: 11, faults: [] })
  })

  const cases: Record<string, [change: (lines: string[]) => void, ...faults: string[]]> = {
    'a changed record': [(l) => (l[4] = l[4]?.replace('event-5', 'event-X') ?? ''), 'changed 5 5'],
    'a record under another number': [(l) => (l[4] = l[4]?.replace('"seq":5', '"seq":7') ?? ''), 'changed 5 5'],
    'a changed first record': [(l) => (l[0] = l[0]?.replace('"type":"event"', '"type":"evenT"') ?? ''), 'changed 1 1'],
    'a missing record': [(l) => l.splice(4, 1), 'missing 5 5'],
    'missing records': [(l) => l.splice(4, 3), 'missing 5 7'],
    'a missing beginning': [(l) => l.splice(0, 3), 'missing 1 3'],
    'a missing end': [(l) => l.splice(7), 'missing 8 10'],
    'two records in each other’s place': [(l) => l.splice(4, 0, ...l.splice(5, 1)), 'reordered 6 5'],
    'a record that stands twice': [(l) => l.splice(4, 0, l[3] ?? ''), 'repeated 5 4'],
    'a line that is none': [(l) => l.splice(4, 0, '{"type":"event"}'), 'unreadable 5'],
    'a spoiled last record': [(l) => (l[9] = l[9]?.replace('event-10', 'event-11') ?? ''), 'changed 10 10'],
  }
  for (const [title, [change, ...faults]] of Object.entries(cases)) {
    it(`tells ${title}`, async () => {
      tamper(change)
      expect(await found()).to.deep.equal(faults)
    })
  }

  it('tells any changed byte of any record', async () => {
    const bytes = readFileSync(workspace.file)
    for (let at = 0; at < bytes.length; at += 7) {
      const spoiled = Buffer.from(bytes)
      spoiled[at] = (spoiled[at] ?? 0) ^ 1
      writeFileSync(workspace.file, spoiled)
      expect(await found(), `byte ${String(at)}`).to.not.deep.equal([])
    }
  })

  it('goes on telling what was cut off the end after the next start, and of a file that is gone', async () => {
    tamper((lines) => lines.splice(7))
    await (await workspace.open()).close()
    expect(await found()).to.deep.equal(['missing 8 10'])
    expect(workspace.errors).to.deep.equal(['audit records are missing'])
    rmSync(workspace.file)
    await (await workspace.open()).close()
    expect((await found())[0]).to.match(/^missing 1 11/)
  })

  it('puts a file aside that does not end with a record, and names it as the predecessor', async () => {
    writeFileSync(workspace.file, `${readFileSync(workspace.file, 'utf8')}garbage\n`)
    await (await workspace.open()).close()
    expect(await found()).to.deep.equal(['unreadable 11'])
  })

  it('asks of named files alone what stands between their ends', async () => {
    tamper((lines) => lines.splice(0, 3))
    tamper((lines) => lines.splice(5))
    expect((await verifyAudit({ files: [workspace.file] })).faults).to.deep.equal([])
    tamper((lines) => lines.splice(2, 1))
    expect((await verifyAudit({ files: [workspace.file] })).faults).to.have.length(1)
  })
})
