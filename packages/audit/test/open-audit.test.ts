import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { AuditError, verifyAudit } from '../src/index.ts'
import { createWorkspace, decisionEntry, recordsOf, type Workspace } from './support/workspace.ts'

const writer = fileURLToPath(import.meta.resolve('./support/write-forever.ts'))

async function rejection(promise: Promise<unknown>): Promise<AuditError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).to.be.instanceOf(AuditError)
  return error as AuditError
}

describe('openAudit', () => {
  let workspace: Workspace

  beforeEach(() => {
    workspace = createWorkspace()
  })
  afterEach(() => {
    workspace.remove()
  })

  it('makes a private folder, file, lock and key', async () => {
    const audit = await workspace.open()
    const modes = [dirname(workspace.file), workspace.file, `${workspace.file}.lock`, workspace.keyFile].map((path) =>
      (statSync(path).mode & 0o777).toString(8),
    )
    await audit.close()
    expect(modes).to.deep.equal(['700', '600', '600', '600'])
  })

  it('closes a file that everybody may read to others', async () => {
    await (await workspace.open()).close()
    chmodSync(workspace.file, 0o644)
    await (await workspace.open()).close()
    expect((statSync(workspace.file).mode & 0o777).toString(8)).to.equal('640')
  })

  it('has the decision in the file when its promise settles, and the outcome after it', async () => {
    const audit = await workspace.open()
    await audit.decision(decisionEntry())
    const afterDecision = readFileSync(workspace.file, 'utf8')
    await audit.outcome({ requestId: 'request-1', outcome: 'ok', durationMs: 1.23456, resultBytes: 10 })
    const [begun, decision, outcome] = readFileSync(workspace.file, 'utf8').trimEnd().split('\n')
    await audit.close()
    expect(afterDecision).to.equal(`${begun ?? ''}\n${decision ?? ''}\n`)
    expect(JSON.parse(decision ?? '')).to.deep.include({ type: 'decision', ...decisionEntry() })
    expect(JSON.parse(decision ?? ''))
      .to.have.property('time')
      .that.matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(JSON.parse(outcome ?? '')).to.deep.include({
      type: 'outcome',
      requestId: 'request-1',
      outcome: 'ok',
      durationMs: 1.235,
      resultBytes: 10,
    })
  })

  it('keeps the order of what was written', async () => {
    const audit = await workspace.open()
    const ids = Array.from({ length: 500 }, (_, index) => `request-${index}`)
    for (const requestId of ids) void audit.decision(decisionEntry({ requestId }))
    await audit.close()
    expect(
      (await recordsOf(workspace.file)).flatMap((record) => (record.type === 'event' ? [] : [record.requestId])),
    ).to.deep.equal(ids)
  })

  it('writes the records of one turn together, in their order, and an event at once with all before it', async () => {
    const audit = await workspace.open()
    const written = () => readFileSync(workspace.file, 'utf8').split('\n').length - 2
    const first = [1, 2, 3].map((number) => audit.decision(decisionEntry({ requestId: String(number) })))
    const atFirst = written()
    await Promise.race(first)
    const afterOne = written()
    void audit.outcome({ requestId: '1', outcome: 'ok', durationMs: 1 })
    audit.event({ name: 'sign-in' })
    const afterEvent = written()
    await audit.close()
    expect([atFirst, afterOne, afterEvent]).to.deep.equal([0, 3, 5])
    const { faults, last } = await verifyAudit({ audit: workspace.file })
    expect([faults, last.seq]).to.deep.equal([[], 6])
  })

  it('waits for the disk if asked to, many records for one sync', async () => {
    const audit = await workspace.open('disk')
    const kept = Array.from({ length: 100 }, () => audit.decision(decisionEntry()))
    await Promise.all(kept)
    const head = JSON.parse(readFileSync(`${workspace.file}.head`, 'utf8')) as { seq: number }
    await audit.close()
    expect(head.seq).to.equal(101)
  })

  for (const durability of ['process', 'disk'] as const) {
    it(`keeps what was recorded in the turn in which it is closed (${durability})`, async () => {
      const audit = await workspace.open(durability)
      const kept = audit.decision(decisionEntry())
      await Promise.all([audit.close(), kept])
      expect(await recordsOf(workspace.file)).to.have.length(2)
      expect(workspace.errors).to.deep.equal([])
    })
  }

  it('appends to what an earlier run wrote', async () => {
    for (const name of ['first', 'second']) {
      const audit = await workspace.open()
      audit.event({ name })
      await audit.close()
    }
    expect((await recordsOf(workspace.file)).map((record) => record.type === 'event' && record.name)).to.deep.equal([
      'file-begun',
      'first',
      'second',
    ])
  })

  it('cuts off a line that a crash cut short, and records that it did', async () => {
    await (await workspace.open()).close()
    appendFileSync(workspace.file, '{"type":"decision","time":"20')
    const audit = await workspace.open()
    audit.event({ name: 'after' })
    audit.event({ name: 'later' })
    await audit.close()
    const lines = readFileSync(workspace.file, 'utf8').split('\n')
    expect(lines).to.have.length(5)
    expect(JSON.parse(lines[1] ?? '')).to.include({ name: 'torn-line-repaired', detail: '29 bytes after record 1' })
    expect(lines[2]).to.contain('"after"')
    expect(await recordsOf(workspace.file)).to.have.length(4)
    expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
  })

  it('refuses a path that is no regular file', async () => {
    const directory = { file: workspace.folder, keyFile: workspace.keyFile }
    const { openAudit } = await import('../src/index.ts')
    const error = await rejection(openAudit({ ...directory, durability: 'process', logger: workspace.logger }))
    expect(error.code).to.equal('unwritable')
  })

  it('throws on every record after it was closed', async () => {
    const audit = await workspace.open()
    await audit.close()
    expect(() => audit.decision(decisionEntry()))
      .to.throw(AuditError, 'is closed')
      .with.property('code', 'unwritable')
  })

  describe('one process, one file', () => {
    it('refuses a second audit in the same process, and goes on holding the first', async () => {
      const audit = await workspace.open()
      const errors = [await rejection(workspace.open()), await rejection(workspace.open())]
      await audit.close()
      expect(errors.map((error) => error.code)).to.deep.equal(['in_use', 'in_use'])
      await (await workspace.open()).close()
    })

    it('refuses a second process, also after the first refused one of its own', async () => {
      const audit = await workspace.open()
      await rejection(workspace.open())
      const child = promisify(execFile)(process.execPath, [writer, workspace.folder, '1'])
      const error = await child.then(
        () => undefined,
        (reason: unknown) => reason as { stderr: string },
      )
      await audit.close()
      expect(error?.stderr).to.contain("code: 'in_use'")
    })

    it('takes over from a process that was killed, whose finished writes are all whole', async () => {
      const child = spawn(process.execPath, [writer, workspace.folder], { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      while (!existsSync(workspace.file) || statSync(workspace.file).size < 200_000) {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      const refused = await rejection(workspace.open())
      child.kill('SIGKILL')
      await once(child, 'exit')
      const audit = await workspace.open()
      audit.event({ name: 'taken over' })
      await audit.close()
      const lines = readFileSync(workspace.file, 'utf8').split('\n').slice(0, -1)
      const ids = lines
        .map((line) => (JSON.parse(line) as { requestId?: string }).requestId)
        .filter((id) => id !== undefined)
      expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
      expect(refused.code).to.equal('in_use')
      expect(ids).to.deep.equal(ids.map((_, index) => `request-${index}`))
      expect(lines.at(-1)).to.contain('taken over')
    })
  })

  it('throws when the file can take no more, and the torn line spoils no record', async () => {
    const command = `ulimit -f 8; exec "${process.execPath}" "${writer}" "${workspace.folder}" 10000`
    const { stdout } = await promisify(execFile)('sh', ['-c', command])
    const [, code, whole] = /^(\w+) after (\d+)$/m.exec(stdout) ?? []
    expect(code).to.equal('unwritable')
    expect(await recordsOf(workspace.file)).to.have.length(Number(whole) + 1)
    const audit = await workspace.open()
    audit.event({ name: 'room again' })
    await audit.close()
    const names = (await recordsOf(workspace.file)).flatMap((record) => (record.type === 'event' ? [record.name] : []))
    expect(names.slice(-2)).to.deep.equal(['torn-line-repaired', 'room again'])
    expect((await verifyAudit({ audit: workspace.file })).faults).to.deep.equal([])
  })

  describe('the key of the argument hashes', () => {
    it('gives equal arguments equal hashes across restarts, whatever the order of members', async () => {
      const first = await workspace.open()
      const one = first.hashArguments({ b: [1, { d: null, c: 'x' }], a: true })
      await first.close()
      const second = await workspace.open()
      const two = second.hashArguments({ a: true, b: [1, { c: 'x', d: null }] })
      const other = second.hashArguments({ a: true, b: [1, { c: 'y', d: null }] })
      const none = [second.hashArguments(undefined), second.hashArguments({})]
      await second.close()
      expect(one).to.match(/^[\w-]{43}$/)
      expect(two).to.equal(one)
      expect(other).not.to.equal(one)
      expect(none[0]).to.equal(none[1])
    })

    it('differs between two installations', async () => {
      const neighbour = createWorkspace()
      const audits = await Promise.all([workspace.open(), neighbour.open()])
      const [one, two] = audits.map((audit) => audit.hashArguments({ a: 1 }))
      await Promise.all(audits.map((audit) => audit.close()))
      neighbour.remove()
      expect(one).not.to.equal(two)
    })

    it('refuses a key that others may read, and one that is cut short', async () => {
      await (await workspace.open()).close()
      chmodSync(workspace.keyFile, 0o644)
      const readable = await rejection(workspace.open())
      chmodSync(workspace.keyFile, 0o600)
      writeFileSync(workspace.keyFile, 'short')
      const short = await rejection(workspace.open())
      expect([readable.code, short.code]).to.deep.equal(['bad_key', 'bad_key'])
      expect(readable.message).to.contain('chmod 600')
    })
  })
})
