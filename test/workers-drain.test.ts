import { expect } from 'chai'
import { startWorkersHost, textOf, type WorkersHost } from './support/workers/workers-host.ts'

const callers = 8

describe('a host of two workers that is told to end while calls keep coming', () => {
  let host: WorkersHost
  before(async () => {
    host = await startWorkersHost()
  })
  after(() => host.close())

  it('answers whatever it ran, takes nothing more, and ends', async () => {
    const token = await host.token()
    let answered = 0
    /** Calls on connection after connection until the port is closed, as clients do that know nothing of an end. */
    const keepCalling = async (): Promise<void> => {
      for (;;) {
        try {
          const line = await host.connect(token)
          answered += 1
          try {
            for (;;) {
              expect(textOf(await line.call('crew_pid', { arguments: { ms: 5 } }))).to.equal(String(line.pid))
              answered += 1
            }
          } finally {
            line.close()
          }
        } catch (error) {
          const code = (error as NodeJS.ErrnoException).code ?? ''
          if (code === 'ECONNREFUSED') return
          // Closed between two requests: what was on its way was not read.
          if (code !== 'ECONNRESET' && code !== 'EPIPE') throw error
        }
      }
    }
    const crowd = Array.from({ length: callers }, keepCalling)
    while (answered < 200) await new Promise((resolve) => setTimeout(resolve, 10))
    const before = answered
    host.command.child.kill('SIGTERM')
    await Promise.all(crowd)
    expect(await host.command.ended).to.equal(0)
    expect(answered).to.be.above(before)

    const records = await host.audit()
    const allowed = records.filter((record) => record.type === 'decision' && record.effect === 'allow')
    const ok = records.filter((record) => record.type === 'outcome' && record.outcome === 'ok')
    expect([allowed.length, ok.length]).to.deep.equal([answered, answered])
    expect((await host.verify()).faults).to.deep.equal([])
  })
})
