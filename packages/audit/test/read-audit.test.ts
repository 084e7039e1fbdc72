import { appendFileSync, copyFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'chai'
import { readAudit, type AuditRecord } from '../src/index.ts'
import { createWorkspace, recordsOf, type Workspace } from './support/workspace.ts'

function line(name: string): string {
  return `{"type":"event","time":"2026-01-01T00:00:00.000Z","name":"${name}"}\n`
}

function nameOf(record: AuditRecord | undefined): string | undefined {
  return record?.type === 'event' ? record.name : undefined
}

describe('readAudit', () => {
  let workspace: Workspace
  let stop: AbortController
  let following: AsyncGenerator<AuditRecord, void> | undefined

  beforeEach(() => {
    workspace = createWorkspace()
    mkdirSync(dirname(workspace.file))
    stop = new AbortController()
  })
  afterEach(async () => {
    stop.abort()
    await following?.return()
    following = undefined
    workspace.remove()
  })

  const read = async (last?: number): Promise<(string | undefined)[]> =>
    (await recordsOf(workspace.file, last === undefined ? {} : { last })).map(nameOf)

  it('gives every record in order, and leaves out what is none', async () => {
    const noise = ['{"type":"event","ti', 'null', '[]', '"x"', '{"type":"toString"}', '{"type":"event"}', '']
    writeFileSync(workspace.file, line('a') + noise.map((text) => `${text}\n`).join('') + line('b') + '{"type":"ev')
    expect(await read()).to.deep.equal(['a', 'b'])
  })

  it('gives the last lines, also of a file of many chunks', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `event-${index}`)
    writeFileSync(workspace.file, names.map(line).join(''))
    expect(await read(3)).to.deep.equal(names.slice(-3))
    expect(await read(2000)).to.deep.equal(names.slice(-2000))
    expect(await read(9999)).to.deep.equal(names)
    expect(await read(0)).to.deep.equal([])
  })

  it('reads a character that lies across two chunks, and skips a line without end', async () => {
    writeFileSync(workspace.file, line('ä'.repeat(40_000)) + `${'x'.repeat(1_200_000)}\n` + line('z'))
    expect(await read()).to.deep.equal(['ä'.repeat(40_000), 'z'])
  })

  it('rejects a file that is not there', async () => {
    const error: unknown = await read().catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'unreadable')
  })

  describe('when it follows', () => {
    const follow = (last: number): AsyncGenerator<AuditRecord, void> =>
      (following = readAudit(workspace.file, { follow: true, last, signal: stop.signal }))
    const next = async (records: AsyncGenerator<AuditRecord, void>): Promise<string | undefined> =>
      nameOf((await records.next()).value ?? undefined)

    it('waits for the rest of a line', async () => {
      writeFileSync(workspace.file, line('a') + line('b'))
      const records = follow(1)
      expect(await next(records)).to.equal('b')
      const waiting = next(records)
      appendFileSync(workspace.file, line('c').slice(0, 20))
      await new Promise((resolve) => setTimeout(resolve, 250))
      appendFileSync(workspace.file, line('c').slice(20))
      expect(await waiting).to.equal('c')
    })

    it('goes on in the new file when the old one was renamed away', async () => {
      writeFileSync(workspace.file, line('a'))
      const records = follow(1)
      expect(await next(records)).to.equal('a')
      const waiting = next(records)
      appendFileSync(workspace.file, line('b'))
      renameSync(workspace.file, `${workspace.file}.1`)
      appendFileSync(`${workspace.file}.1`, line('c'))
      writeFileSync(workspace.file, line('d') + line('e'))
      expect([await waiting, await next(records), await next(records), await next(records)]).to.deep.equal([
        ...['b', 'c', 'd', 'e'],
      ])
    })

    it('begins again when the file was copied and cut', async () => {
      writeFileSync(workspace.file, line('a') + line('b'))
      const records = follow(9)
      expect([await next(records), await next(records)]).to.deep.equal(['a', 'b'])
      const waiting = next(records)
      copyFileSync(workspace.file, `${workspace.file}.1`)
      truncateSync(workspace.file)
      appendFileSync(workspace.file, line('c'))
      expect(await waiting).to.equal('c')
    })

    it('ends when its signal aborts', async () => {
      writeFileSync(workspace.file, line('a'))
      const records = follow(0)
      const waiting = records.next()
      setTimeout(() => stop.abort(), 20)
      expect((await waiting).done).to.equal(true)
    })
  })
})
