import type { AuditRecord } from '@toolgate/audit'
import { expect } from 'chai'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openSession } from './support/asking/session-client.ts'
import { startWorkersHost, textOf, type WorkersHost } from './support/workers/workers-host.ts'

/** Waits until something is so; mocha's time limit is the bound. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(50)
}

function linesOf(host: WorkersHost, text: string): readonly Record<string, unknown>[] {
  const lines = host.command.remarked().split('\n')
  return lines.filter((line) => line.includes(text)).map((line) => JSON.parse(line) as Record<string, unknown>)
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function isDecision({ type }: AuditRecord): boolean {
  return type === 'decision'
}

describe('a worker that is killed', function () {
  this.timeout(180_000)
  let host: WorkersHost
  let token: string

  before(async () => {
    host = await startWorkersHost({ config: { limits: { concurrentCalls: 1 } } })
    token = await host.token({ expiresIn: 3_600 })
  })
  after(() => host.close())

  it('loses its own calls alone: they have failed on record, their places are free, and another takes its place', async () => {
    const [doomed, other] = await host.connectToBoth(token)
    const sessions = await Promise.all([1, 2].map(() => openSession(host.url, token)))
    const recorded = (await host.audit()).length
    const broken = doomed.call('crew_pid', { arguments: { ms: 100_000 } }).catch((error: unknown) => error)
    // Its place is the only one: another call before it has that would take it away.
    await until(async () => (await host.audit()).slice(recorded).some(isDecision))
    expect((await other.call('crew_pid')).status).to.equal(429)
    process.kill(doomed.pid, 'SIGKILL')
    expect(await broken).to.be.an.instanceOf(Error)
    await until(async () => (await other.call('crew_pid')).status === 200)
    await until(() => linesOf(host, 'a worker took the place of another').length === 1)
    const records = await host.audit()
    const failed = records.filter((record) => record.type === 'outcome' && record.outcome === 'failed')
    expect(failed).to.have.lengthOf(1)
    const decision = records.find(
      (record) => record.type === 'decision' && record.requestId === (failed[0] as { requestId: string }).requestId,
    )
    expect(decision).to.include({ tool: 'crew_pid', effect: 'allow' })
    expect((await host.verify()).faults).to.deep.equal([])
    expect(linesOf(host, 'another takes its place')[0]).to.include({ pid: doomed.pid, signal: 'SIGKILL', failed: 1 })
    const [first, second] = await host.connectToBoth(token)
    expect([first.pid, second.pid]).to.include(other.pid).and.not.include(doomed.pid)
    // Of two sessions each worker had one.
    const answers = await Promise.all(
      sessions.map((session) => session.post({ jsonrpc: '2.0', id: 1, method: 'ping' })),
    )
    expect(answers.map(({ status }) => status).toSorted()).to.deep.equal([200, 404])
  })

  it('is not replaced by one that would judge otherwise: the log says what to do, and the others go on', async () => {
    const [doomed, other] = await host.connectToBoth(token)
    const file = join(host.folder, 'mcp.config.json')
    const before = await readFile(file, 'utf8')
    await writeFile(file, JSON.stringify({ ...(JSON.parse(before) as object), visibility: 'listed' }))
    process.kill(doomed.pid, 'SIGKILL')
    await until(() => linesOf(host, 'a worker cannot start').length >= 2)
    const [first, second] = linesOf(host, 'a worker cannot start')
    expect(JSON.stringify(first?.faults)).to.include('Restart the host')
    expect(Number(second?.waitMs)).to.be.greaterThan(Number(first?.waitMs))
    expect(textOf(await other.call('crew_pid'))).to.equal(String(other.pid))
    await writeFile(file, before)
    await until(() => linesOf(host, 'a worker took the place of another').length === 2)
  })

  it('leaves none behind when it is the primary', async () => {
    const [first, second] = await host.connectToBoth(token)
    host.command.child.kill('SIGKILL')
    await until(() => !lives(first.pid) && !lives(second.pid))
  })
})
