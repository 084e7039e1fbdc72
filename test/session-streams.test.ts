import { expect } from 'chai'
import { startAskingHost } from './support/asking/asking-host.ts'
import type { EventReader } from './support/asking/event-reader.ts'
import { openSession, type SessionClient } from './support/asking/session-client.ts'
import type { TestHost } from './support/host.ts'

const accepted = { action: 'accept', content: { name: 'Ada' } }

describe('the streams of a session', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startAskingHost()
    token = await host.token('ask:use ask:count')
  })
  after(() => host.close())

  const open = (revision?: string) => openSession(host.url, token, revision === undefined ? {} : { revision })
  const answerQuestion = async (session: SessionClient, call: EventReader) =>
    session.post({ jsonrpc: '2.0', id: (await call.message())['id'], result: accepted })

  it('begin with an event that has an id and no data, and number what follows', async () => {
    const session = await open()
    const call = await session.call('ask_name')
    const first = await call.next()
    expect(first).to.include({ data: '' })
    expect(first?.id).to.match(/^[a-z0-9]+\.1$/)
    const question = await call.next()
    expect(question?.id).to.equal(first?.id?.replace(/\.1$/, '.2'))
    expect(JSON.parse(question?.data ?? '')).to.deep.include({ method: 'elicitation/create' })
    call.close()
  })

  it('begin with a message at revision 2025-06-18, whose clients take no data for a broken message', async () => {
    const session = await open('2025-06-18')
    const call = await session.call('ask_name')
    expect((await call.next())?.data).to.include('elicitation/create')
    call.close()
  })

  it('let go of their connection in the middle of a call, and hand the answer to who comes back', async () => {
    const session = await open()
    const call = await session.call('tell_later')
    expect(call.headers['content-type']).to.equal('text/event-stream')
    const events = await call.rest()
    expect(events.map(({ retry, data }) => [retry, data])).to.deep.equal([
      [undefined, ''],
      [10, ''],
    ])
    const again = await session.get(events[0]?.id)
    expect(again.headers['content-type']).to.equal('text/event-stream')
    const answer = await again.message()
    expect(answer).to.deep.include({ id: 1 })
    expect(JSON.stringify(answer)).to.include('here it is')
    expect(await again.rest()).to.deep.equal([])
  })

  it('keep their connection where the client could not come back', async () => {
    const session = await open('2025-06-18')
    expect((await (await session.call('tell_later')).rest()).map(({ data }) => data).join()).to.include('here it is')
  })

  it('hand over what was missed and nothing twice', async () => {
    const session = await open()
    const call = await session.call('ask_name')
    const [first, question] = [await call.next(), await call.next()]
    call.close()
    const { id } = JSON.parse(question?.data ?? '') as { readonly id: string }
    await session.post({ jsonrpc: '2.0', id, result: accepted })
    const fromFirst = await (await session.get(first?.id)).rest()
    const fromQuestion = await (await session.get(question?.id)).rest()
    expect(fromFirst.map(({ id: event }) => event)).to.deep.equal([question?.id, fromQuestion[0]?.id])
    expect(fromQuestion).to.have.length(1)
    expect(fromQuestion[0]?.data).to.include('Hello, Ada!')
  })

  it('hand over nothing of another stream', async () => {
    const session = await open()
    const [one, other] = [await session.call('ask_name', {}, 1), await session.call('ask_name', {}, 2)]
    const first = await one.next()
    one.close()
    await other.next()
    await answerQuestion(session, other)
    expect(JSON.stringify(await other.message())).to.include('"id":2')
    const again = await session.get(first?.id)
    expect(await again.message()).to.deep.include({ method: 'elicitation/create' })
    again.close()
  })

  for (const eventId of ['none.1', 'get1.1', '1.99', 'x', '1.-1', '']) {
    it(`responds 400 to the event ${JSON.stringify(eventId)}, of which nothing is kept`, async () => {
      const session = await open()
      await (await session.call('tell_later')).rest()
      expect((await session.get(eventId)).status).to.equal(400)
    })
  }

  it('are not to be had by an event of another session', async () => {
    const [session, other] = [await open(), await open()]
    const call = await session.call('ask_all')
    const first = await call.next()
    expect((await other.get(first?.id)).status).to.equal(400)
    call.close()
  })

  it('have one that belongs to no request; a second connection takes its place', async () => {
    const session = await open()
    const first = await session.get()
    expect(first.status).to.equal(200)
    expect(first.headers['cache-control']).to.equal('no-store, no-transform')
    expect(await first.next()).to.include({ data: '' })
    const second = await session.get()
    expect(await second.next()).to.include({ data: '' })
    expect(await first.rest()).to.deep.equal([])
    await session.delete()
    expect(await second.rest()).to.deep.equal([])
  })

  it('begin at once at a revision whose streams begin with no event', async () => {
    const session = await open('2025-06-18')
    const started = performance.now()
    const stream = await session.get()
    expect(stream.status).to.equal(200)
    // A sign of life would come after 15 s.
    expect(performance.now() - started).to.be.lessThan(10_000)
    stream.close()
  })

  it('do not keep a host from stopping', async () => {
    const own = await startAskingHost()
    const session = await openSession(own.url, await own.token('ask:use'))
    const waiting = await session.get()
    await waiting.next()
    await own.close()
    // Let go of, not cut off after ten seconds.
    expect((await waiting.rest()).map(({ retry }) => retry)).to.deep.equal([1_000])
  })
})
