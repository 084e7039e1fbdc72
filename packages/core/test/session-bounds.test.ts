import { expect } from 'chai'
import { createEventBudget, EventLog } from '../src/sessions/event-log.ts'
import { Session } from '../src/sessions/session.ts'

const bounds = { eventBytes: 1_048_576, keepStreamMs: 1_000, answerMs: 1_000, requests: 256, subscriptions: 100 }
const facts = {
  id: 'session',
  owner: 'owner',
  revision: '2025-11-25',
  capabilities: {},
  client: { name: undefined, version: undefined },
}
const message = (data: unknown) =>
  ({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } }) as const

describe('a session', () => {
  const clock = { now: 0 }
  const open = (budget = createEventBudget(10_000_000)) => new Session(facts, bounds, budget, () => clock.now)

  it('holds a bounded number of streams, and what is over goes first', () => {
    const session = open()
    const running = session.openStream()
    running.write(message('still there'))
    for (let count = 0; count < 1_000; count++) session.openOwnStream().readable.destroy()
    const held = Array.from({ length: 1_001 }, (_, index) => session.streamOf(`get${String(index + 2)}.1`))
    expect(held.filter((stream) => stream !== undefined)).to.have.length(511)
    expect(session.streamOf('1.0')?.stream.resume(0)).to.not.equal(undefined)
  })

  it('forgets streams at a cost that does not grow with what else it keeps', () => {
    const log = new EventLog(100_000_000, createEventBudget(100_000_000))
    const streams = 20_000
    for (let name = 0; name < streams; name++) log.append({ stream: String(name), sequence: 1, text: 'x' })
    const started = performance.now()
    for (let name = 0; name < streams; name++) log.drop(String(name))
    // A look at all events for each stream took half a minute.
    expect(performance.now() - started).to.be.lessThan(5_000)
  })

  it('counts what an event costs beside its text', () => {
    const log = new EventLog(10_000, createEventBudget(10_000))
    for (let sequence = 1; sequence <= 100; sequence++) log.append({ stream: 'a', sequence, text: '' })
    expect(log.after('a', 0, 100)).to.equal(undefined)
    expect(log.after('a', 70, 100)).to.have.length(30)
  })

  it('drops the oldest event of all its streams', () => {
    const log = new EventLog(1_000, createEventBudget(1_000))
    log.append({ stream: 'a', sequence: 1, text: '' })
    log.append({ stream: 'b', sequence: 1, text: '' })
    log.append({ stream: 'a', sequence: 2, text: '' })
    log.append({ stream: 'b', sequence: 2, text: '' })
    expect(log.after('a', 0, 2)).to.equal(undefined)
    expect(log.after('b', 0, 2)).to.have.length(2)
  })

  it('gives all bytes back when it ends, and takes none after it', () => {
    const budget = createEventBudget(1_000)
    const session = open(budget)
    const stream = session.openStream()
    stream.write(message('before'))
    session.end()
    stream.write(message('after'))
    // A call that was on its way while its session ended.
    session.openStream().write(message('late'))
    expect(budget.take(1_000)).to.equal(true)
  })

  it('keeps nothing that a handler says after its answer', () => {
    const stream = open().openStream()
    stream.write(message('before'))
    stream.end('{}')
    stream.write(message('after'))
    expect(stream.resume(3)).to.equal(undefined)
  })

  it('holds what was missed for one reader, however often it comes back', () => {
    const stream = open().openStream()
    for (let count = 0; count < 10; count++) stream.write(message('x'.repeat(50_000)))
    stream.end('{}')
    const first = stream.resume(0)
    const second = stream.resume(0)
    expect(first?.destroyed).to.equal(true)
    expect(second?.destroyed).to.equal(false)
    expect(String(second?.read())).to.include('x'.repeat(50_000))
  })
})
