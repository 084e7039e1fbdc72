import { expect } from 'chai'
import { startWorkersHost, textOf, type WorkersHost } from './support/workers/workers-host.ts'

describe('a host of two workers', function () {
  this.timeout(180_000)
  let host: WorkersHost

  before(async () => {
    host = await startWorkersHost()
  })
  after(() => host.close())

  it('says as one host of one process would what it serves, once all of them listen', () => {
    expect(host.started).to.include({ url: host.url, workers: 2 })
    expect(host.command.remarked().match(/"msg":"listening"/g)).to.have.lengthOf(2)
  })

  it('answers by both, on one port, with one chain of records', async () => {
    const [first, second] = await host.connectToBoth(await host.token())
    expect(first.pid).to.not.equal(second.pid)
    expect(textOf(await first.call('crew_pid'))).to.equal(String(first.pid))
    expect(textOf(await second.call('crew_pid'))).to.equal(String(second.pid))
    const { faults, records } = await host.verify()
    expect(faults).to.deep.equal([])
    expect(records).to.be.at.least(8)
  })

  it('answers what is in flight when it is told to end, by both, and closes the audit', async () => {
    const token = await host.token()
    const [first, second] = await host.connectToBoth(token)
    const more = await Promise.all(Array.from({ length: 10 }, () => host.connect(token)))
    const lines = [first, second, ...more]
    const slow = lines.map((line) => line.call('crew_pid', { arguments: { ms: 5_000 } }))
    await expectBegun(host, lines.length)
    // As a terminal does at Ctrl-C: every process of the host hears it.
    host.command.signalGroup('SIGINT')
    const answers = await Promise.all(slow)
    expect(answers.map(textOf)).to.deep.equal(lines.map(({ pid }) => String(pid)))
    expect(await host.command.ended).to.equal(0)
    const records = await host.audit()
    const allowed = records.filter((record) => record.type === 'decision' && record.effect === 'allow')
    const ended = records.filter((record) => record.type === 'outcome' && record.outcome === 'ok')
    expect(ended).to.have.lengthOf(allowed.length)
    expect((await host.verify()).faults).to.deep.equal([])
  })
})

async function expectBegun(host: WorkersHost, count: number): Promise<void> {
  for (;;) {
    const records = await host.audit()
    const ended = new Set(records.flatMap((record) => (record.type === 'outcome' ? [record.requestId] : [])))
    const open = records.filter((record) => record.type === 'decision' && !ended.has(record.requestId))
    if (open.length >= count) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
