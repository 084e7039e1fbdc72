import { expect } from 'chai'
import { createSpentStates } from '../src/asking/spent-states.ts'
import { createEventBudget, EventLog } from '../src/sessions/event-log.ts'
import { Sessions } from '../src/sessions/sessions.ts'

describe('the memory of used states', () => {
  let now = 0
  const memory = () => createSpentStates(() => now, { states: 3, statesPerOwner: 2 })
  const state = (id: string, owner = 'ada') => ({ id, owner, expiresAt: now + 600_000 })

  it('takes each state once', () => {
    const spent = memory()
    expect([spent.spend(state('a')), spent.spend(state('a'))]).to.deep.equal(['spent now', 'spent before'])
  })

  it('forgets nothing early: an owner whose share is full is refused alone, and all are if there is no room', () => {
    const spent = memory()
    expect(['a', 'b', 'c'].map((id) => spent.spend(state(id)))).to.deep.equal(['spent now', 'spent now', 'no room'])
    expect(spent.spend(state('d', 'bob'))).to.equal('spent now')
    expect(spent.spend(state('e', 'eve'))).to.equal('no room')
    expect(spent.spend(state('a'))).to.equal('spent before')
  })

  it('has room again when states are past', () => {
    const spent = memory()
    for (const id of ['a', 'b']) spent.spend(state(id))
    now += 600_000
    expect(spent.spend(state('c'))).to.equal('spent now')
  })

  it('has a name of its own', () => {
    expect(memory().id).to.not.equal(memory().id)
  })
})

describe('the events that are kept', () => {
  const event = (sequence: number, stream = '1', text = 'x'.repeat(1_000)) => ({ stream, sequence, text })

  it('are those of the stream after an event, or none if one of them is gone', () => {
    const log = new EventLog(4_000, createEventBudget(100_000))
    for (const sequence of [1, 2, 3]) log.append(event(sequence))
    expect(log.after('1', 1, 3)?.map(({ sequence }) => sequence)).to.deep.equal([2, 3])
    log.append(event(1, '2'))
    expect(log.after('1', 0, 3)).to.equal(undefined)
    expect(log.after('1', 1, 3)).to.have.length(2)
  })

  it('are bounded for all sessions together, each giving up its own', () => {
    const budget = createEventBudget(3_000)
    const [one, other] = [new EventLog(10_000, budget), new EventLog(10_000, budget)]
    for (const sequence of [1, 2]) one.append(event(sequence))
    other.append(event(1))
    expect(other.after('1', 0, 1)).to.equal(undefined)
    one.close()
    other.append(event(1))
    expect(other.after('1', 0, 1)).to.have.length(1)
  })
})

describe('the number of sessions', () => {
  it('is bounded: 503 for one more, until one is idle for long', () => {
    let now = 0
    const sessions = new Sessions(() => now, { sessions: 2, idleMs: 1_000 })
    const open = (subject: string) =>
      // At once, where one process counts.
      sessions.open({
        principal: { issuer: 'https://issuer.example', subject, clientId: 'c', scopes: [], claims: {} },
        revision: '2025-11-25',
        capabilities: { elicitation: {} },
        client: { name: 'test', version: '1' },
      })
    void open('ada')
    void open('bob')
    expect(() => open('eve'))
      .to.throw()
      .that.includes({ status: 503 })
    now = 1_000
    expect(open('eve')).to.have.nested.property('facts.owner').that.includes('eve')
    sessions.close()
    expect([...sessions.all]).to.deep.equal([])
  })
})
