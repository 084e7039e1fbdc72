import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect } from 'chai'
import { asideName, filesAside } from '../src/audit-files.ts'
import { queryAudit, readAudit, verifyAudit, type Audit, type RotateOptions } from '../src/index.ts'
import { createWorkspace, decisionEntry, recordsOf, type Workspace } from './support/workspace.ts'

const BYTES = 16_384

describe('an audit that is rotated', () => {
  let workspace: Workspace
  let audit: Audit | undefined

  beforeEach(() => {
    workspace = createWorkspace()
  })
  afterEach(async () => {
    await audit?.close().catch(() => undefined)
    audit = undefined
    workspace.remove()
  })

  const open = async (rotate: RotateOptions, durability: 'process' | 'disk' = 'process'): Promise<Audit> =>
    (audit = await workspace.open(durability, rotate))

  async function close(): Promise<void> {
    await audit?.close()
    audit = undefined
  }

  function write(count: number, from = 0): void {
    for (let index = from; index < from + count; index += 1) {
      void audit?.decision(decisionEntry({ requestId: `request-${String(index)}` }))
    }
  }

  async function requestIds(): Promise<readonly string[]> {
    return (await recordsOf(workspace.file)).flatMap((record) => (record.type === 'decision' ? [record.requestId] : []))
  }

  async function events(): Promise<readonly string[]> {
    return (await recordsOf(workspace.file)).flatMap((record) => (record.type === 'event' ? [record.name] : []))
  }

  const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `request-${String(index)}`)

  function headSeq(): unknown {
    return (JSON.parse(readFileSync(`${workspace.file}.head`, 'utf8')) as { seq: number }).seq
  }

  describe('by size', () => {
    it('goes on in files that stay small, in one chain, each begun after the one before it', async () => {
      await open({ bytes: BYTES })
      write(200)
      await close()
      const asides = filesAside(workspace.file)
      expect(asides.length).to.be.within(5, 12)
      expect(await requestIds()).to.deep.equal(ids(200))
      for (const file of asides) {
        expect(statSync(file).size).to.be.within(BYTES, BYTES + 1_000)
        expect((statSync(file).mode & 0o777).toString(8)).to.equal('600')
      }
      const begun = (await recordsOf(workspace.file)).filter(({ type, seq = 0 }) => type === 'event' && seq > 1)
      expect(begun.map((record) => record.type === 'event' && record.predecessor?.file)).to.deep.equal(
        asides.map((file) => basename(file)),
      )
      const { faults, first, removed, files } = await verifyAudit({ audit: workspace.file })
      expect({ faults, first, removed }).to.deep.equal({ faults: [], first: 1, removed: 0 })
      expect(files).to.deep.equal([...asides, workspace.file].map((file) => basename(file)))
    })

    it('holds the lock, and goes on after a start', async () => {
      await open({ bytes: BYTES })
      write(50)
      const second: unknown = await workspace.open().catch((error: unknown) => error)
      expect(second).to.have.property('code', 'in_use')
      await close()
      await open({ bytes: BYTES })
      write(50, 50)
      await close()
      expect(await requestIds()).to.deep.equal(ids(100))
      expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
    })

    it('leaves nobody waiting for the disk, and the head covers what was told', async () => {
      await open({ bytes: BYTES }, 'disk')
      const waiting = Array.from({ length: 200 }, () => audit?.decision(decisionEntry()))
      await Promise.all(waiting.filter((done) => done !== undefined))
      const told = (await recordsOf(workspace.file)).at(-1)?.seq
      expect(headSeq()).to.equal(told)
      await close()
      expect(filesAside(workspace.file).length).to.be.at.least(5)
      expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
    })

    it('names files in their order though the clock was set back', async () => {
      mkdirSync(dirname(workspace.file), { recursive: true })
      const future = asideName(workspace.file, new Date('2999-01-01T00:00:00.000Z'))
      await open({ bytes: BYTES })
      write(40)
      await close()
      renameSync(filesAside(workspace.file)[0] ?? '', future)
      await open({ bytes: BYTES })
      write(40, 40)
      await close()
      expect(filesAside(workspace.file).map((file) => basename(file).slice(0, 11))[0]).to.equal('audit-29990')
      expect((await requestIds()).slice(-40)).to.deep.equal(ids(80).slice(-40))
      expect(basename(filesAside(workspace.file).at(-1) ?? '')).to.equal('audit-29990101T000000001Z.ndjson')
    })

    it('is not due in a file that someone cut', async () => {
      await open({ bytes: BYTES })
      write(15)
      truncateSync(workspace.file)
      write(15, 15)
      await close()
      expect(filesAside(workspace.file)).to.deep.equal([])
    })

    it('goes on at the same place if someone moved the file away', async () => {
      await open({ bytes: BYTES })
      write(10)
      const moved = `${workspace.file}.1`
      renameSync(workspace.file, moved)
      write(50, 10)
      await close()
      expect(existsSync(workspace.file)).to.equal(true)
      const files = [moved, ...filesAside(workspace.file), workspace.file]
      expect((await verifyAudit({ files })).faults).to.deep.equal([])
    })
  })

  it('by day puts the file of an earlier day aside at the first record of a new one', async () => {
    await open({ daily: true })
    write(2)
    await close()
    const first = readFileSync(workspace.file, 'utf8')
    await open({ daily: true })
    write(2, 2)
    await close()
    expect(filesAside(workspace.file)).to.deep.equal([])
    // The day stands in the first record; the chain is that of another text then, so nothing is verified here.
    writeFileSync(workspace.file, first.replace(/"time":"\d{4}/, '"time":"2020'))
    await open({ daily: true })
    write(1, 2)
    await close()
    expect(filesAside(workspace.file)).to.have.length(1)
    expect(await requestIds()).to.deep.equal(ids(3))
  })

  describe('and keeps the newest files alone', () => {
    it('removes the oldest, records it, and verification says so without a fault', async () => {
      await open({ bytes: BYTES, keep: 2 })
      write(200)
      await close()
      expect(filesAside(workspace.file)).to.have.length(2)
      const { faults, first, removed } = await verifyAudit({ audit: workspace.file })
      expect(faults).to.deep.equal([])
      expect(removed)
        .to.equal(first - 1)
        .and.be.above(50)
      expect(await events()).to.include('file-removed')
    })

    it('leaves a theft of the oldest file a fault', async () => {
      await open({ bytes: BYTES, keep: 2 })
      write(200)
      await close()
      rmSync(filesAside(workspace.file)[0] ?? '')
      const { faults, removed } = await verifyAudit({ audit: workspace.file })
      expect(faults.map(({ kind, seq }) => [kind, seq])).to.deep.equal([['missing', 1]])
      expect(removed).to.equal(0)
    })

    it('removes no file that is not of the chain', async () => {
      mkdirSync(dirname(workspace.file))
      writeFileSync(workspace.file, 'the only copy of my thesis')
      await open({ bytes: BYTES, keep: 1 })
      write(200)
      await close()
      const [foreign = '', ...others] = filesAside(workspace.file)
      expect(readFileSync(foreign, 'utf8')).to.equal('the only copy of my thesis')
      expect(others).to.have.length(1)
      const { faults } = await verifyAudit({ audit: workspace.file })
      expect(faults).to.deep.equal([])
    })
  })

  describe('when it was killed amid a rotation', () => {
    beforeEach(async () => {
      await open({ bytes: BYTES })
      write(10)
      await close()
    })

    async function expectWhole(): Promise<void> {
      await open({ bytes: BYTES })
      write(50, 10)
      await close()
      expect(await requestIds()).to.deep.equal(ids(60))
      expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
      expect(await events()).to.not.include('records-missing')
      expect(existsSync(`${workspace.file}.new`)).to.equal(false)
    }

    const aside = (): string => asideName(workspace.file, new Date())
    const begun = '{"type":"event","time":"2026-01-01T00:00:00.000Z","name":"file-begun"}\n'

    it('goes on in the old file if the new one had no name yet', async () => {
      writeFileSync(`${workspace.file}.new`, begun)
      await expectWhole()
    })

    it('goes on in the old file if the new one was torn', async () => {
      writeFileSync(`${workspace.file}.new`, begun.slice(0, 20))
      await expectWhole()
    })

    for (const lag of [0, 3]) {
      it(`goes on after the old file if no file has its name, and the head is ${String(lag)} records old`, async () => {
        const { last } = await verifyAudit({ audit: workspace.file })
        const { chain } = (await recordsOf(workspace.file)).at(-1 - lag) ?? {}
        writeFileSync(`${workspace.file}.head`, JSON.stringify({ seq: last.seq - lag, chain }))
        renameSync(workspace.file, aside())
        writeFileSync(`${workspace.file}.new`, begun)
        await expectWhole()
      })
    }

    it('goes on after the old file if the new one is empty', async () => {
      renameSync(workspace.file, aside())
      writeFileSync(workspace.file, '')
      rmSync(`${workspace.file}.head`)
      await expectWhole()
    })

    it('records that an oldest file is to be removed before it is', async () => {
      // As after a crash between the record and the removal: the file is there, and nothing is wrong.
      await open({ bytes: BYTES, keep: 1 })
      write(100, 10)
      audit?.event({ name: 'file-removed', detail: basename(filesAside(workspace.file)[0] ?? '') })
      await close()
      expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
    })
  })

  it('goes on in the old file if it cannot be rotated, and says so once', async () => {
    await open({ bytes: BYTES })
    mkdirSync(join(`${workspace.file}.new`, 'in the way'), { recursive: true })
    write(100)
    await close()
    expect(filesAside(workspace.file)).to.deep.equal([])
    expect(workspace.errors).to.deep.equal(['the audit cannot be rotated; the file grows on'])
    expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
  })

  it('refuses options that cannot be meant', async () => {
    const wrong: RotateOptions[] = [{}, { keep: 1 }, { bytes: 16_383 }, { daily: true, keep: 0 }, { bytes: 20_000.5 }]
    for (const rotate of wrong) {
      const error: unknown = await open(rotate).catch((reason: unknown) => reason)
      expect(error, JSON.stringify(rotate)).to.be.instanceOf(TypeError)
    }
  })

  describe('while it is read', () => {
    it('gives the last lines across files', async () => {
      await open({ bytes: BYTES })
      write(200)
      await close()
      const all = await recordsOf(workspace.file)
      for (const last of [1, 30, 70, 150, 999]) {
        expect(await recordsOf(workspace.file, { last }), String(last)).to.deep.equal(all.slice(-last))
      }
    })

    it('gives every record in order to one who follows, though several files come between two looks', async () => {
      await open({ bytes: BYTES })
      write(1)
      const stop = new AbortController()
      const following = readAudit(workspace.file, { follow: true, last: 0, signal: stop.signal })
      const seen: string[] = []
      const reading = (async () => {
        for await (const record of following) {
          if (record.type === 'decision') seen.push(record.requestId)
          if (seen.length === 300) stop.abort()
        }
      })()
      await new Promise((resolve) => setTimeout(resolve, 50))
      write(150, 1)
      await new Promise((resolve) => setTimeout(resolve, 250))
      write(150, 151)
      await reading
      expect(seen).to.deep.equal(ids(301).slice(1))
    })

    it('is verified and queried without a gap', async () => {
      await open({ bytes: BYTES })
      let from = 0
      const writing = setInterval(() => {
        write(5, from)
        from += 5
        if (from >= 800) clearInterval(writing)
      }, 1)
      try {
        for (let round = 0; round < 10 || from < 800; round += 1) {
          const seen: string[] = []
          for await (const record of queryAudit(workspace.file, { subjects: ['alice'] })) {
            if (record.type === 'decision') seen.push(record.requestId)
          }
          expect(seen).to.deep.equal(ids(seen.length))
          expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
        }
      } finally {
        clearInterval(writing)
      }
      expect(filesAside(workspace.file).length).to.be.above(3)
    })
  })
})
