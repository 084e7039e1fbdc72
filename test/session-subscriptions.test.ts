import { expect } from 'chai'
import { openSession, sessionClient, type SessionClient } from './support/asking/session-client.ts'
import type { EventReader } from './support/asking/event-reader.ts'
import type { TestHost } from './support/host.ts'
import { startNewsHost } from './support/news/news-host.ts'
import { scopesAskedFor } from './support/one-judge/verdicts.ts'
import { post, postModern } from './support/wire.ts'

const front = 'news://front'

describe('resources/subscribe of revisions before 2026-07-28', () => {
  let host: TestHost
  let ahead = 0
  before(async () => {
    host = await startNewsHost({ clock: () => Date.now() + ahead })
  })
  after(() => host.close())

  const tokenOf = (scope: string, subject = 'ada', expiresIn = 3_600) =>
    host.token(scope, { subject, expiresIn: expiresIn + ahead / 1_000 })
  const open = async (scope: string, revision = '2025-11-25') =>
    openSession(host.url, await tokenOf(scope), { capabilities: { elicitation: {} }, revision })
  const ask = (session: SessionClient, method: string, uri: unknown) =>
    session.post({ jsonrpc: '2.0', id: 1, method, params: { uri } })
  const tell = async (...uris: readonly string[]) => {
    const params = { name: 'news_tell', arguments: { uris } }
    const answer = await postModern(host.url, await tokenOf('x', 'teller'), { method: 'tools/call', params })
    expect(answer.result()['isError'], answer.text).to.not.equal(true)
  }
  const nextUri = async (stream: EventReader) => {
    const { method, params } = await stream.message()
    expect(method).to.equal('notifications/resources/updated')
    expect(Object.keys(params as object)).to.deep.equal(['uri'])
    return (params as { uri: string }).uri
  }

  for (const revision of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
    it(`is told on the stream of the session at ${revision}, until it unsubscribes`, async () => {
      const session = await open('news:read', revision)
      const stream = await session.get()
      expect((await ask(session, 'resources/subscribe', 'news://page/1')).result()).to.deep.equal({})
      expect((await ask(session, 'resources/subscribe', front)).result()).to.deep.equal({})
      await tell('news://page/2', 'news://page/1')
      expect(await nextUri(stream)).to.equal('news://page/1')
      expect((await ask(session, 'resources/unsubscribe', 'news://page/1')).result()).to.deep.equal({})
      await tell('news://page/1', front)
      expect(await nextUri(stream)).to.equal(front)
      stream.close()
    })
  }

  it('is a method that does not exist without a session, whatever it names and whoever asks', async () => {
    for (const method of ['resources/subscribe', 'resources/unsubscribe']) {
      for (const uri of [front, 'news://staff', 'news://secret', 'news://nought']) {
        const message = { jsonrpc: '2.0', id: 1, method, params: { uri } }
        const headers = { 'mcp-protocol-version': '2025-11-25' }
        const answer = await post(host.url, await tokenOf('x'), message, headers)
        expect([answer.status, answer.error().code], uri).to.deep.equal([200, -32601])
        const modern = await postModern(host.url, await tokenOf('x'), { method, params: { uri } })
        expect([modern.status, modern.error().code], uri).to.deep.equal([404, -32601])
      }
    }
  })

  it('is decided like a read: 403 with the challenge', async () => {
    const answer = await ask(await open('news:read'), 'resources/subscribe', 'news://staff')
    expect(answer.status).to.equal(403)
    expect(answer.headers['www-authenticate']).to.include('error="insufficient_scope"')
    expect(scopesAskedFor(answer.headers['www-authenticate'] ?? '')).to.deep.equal(['news:read', 'news:staff'])
  })

  it('conceals, and unsubscribe says nothing of what there is', async () => {
    const session = await open('x')
    const secret = await ask(session, 'resources/subscribe', 'news://secret')
    const nought = await ask(session, 'resources/subscribe', 'news://nought')
    expect(secret.error()).to.deep.equal({
      code: -32602,
      message: 'Resource not found',
      data: { uri: 'news://secret' },
    })
    expect(secret.text.replace('secret', 'nought')).to.equal(nought.text)
    for (const uri of ['news://secret', 'news://nought', 'news://staff', front]) {
      expect((await ask(session, 'resources/unsubscribe', uri)).result()).to.deep.equal({})
    }
  })

  it('refuses what names no URI', async () => {
    const answer = await ask(await open('x'), 'resources/subscribe', 7)
    expect(answer.error().code).to.equal(-32602)
  })

  it('belongs to the principal of its session', async () => {
    const session = await open('news:staff news:read')
    const other = sessionClient(host.url, await tokenOf('news:staff', 'eve'), session)
    expect((await ask(other, 'resources/subscribe', front)).status).to.equal(404)
  })

  it('is judged by what its caller holds at that moment: one who comes back with less is told less', async () => {
    const session = await open('news:staff')
    expect((await ask(session, 'resources/subscribe', 'news://staff')).result()).to.deep.equal({})
    await ask(session, 'resources/subscribe', front)
    const stream = await session.get()
    await tell('news://staff')
    expect(await nextUri(stream)).to.equal('news://staff')
    const less = sessionClient(host.url, await tokenOf('x'), session)
    await less.post({ jsonrpc: '2.0', id: 9, method: 'ping' })
    await tell('news://staff', front)
    expect(await nextUri(stream)).to.equal(front)
    stream.close()
  })

  it('tells a caller nothing whose token has expired', async () => {
    const brief = await tokenOf('x', 'ada', 60)
    const session = await openSession(host.url, brief, { capabilities: { elicitation: {} } })
    await ask(session, 'resources/subscribe', front)
    const stream = await session.get()
    await tell(front)
    expect(await nextUri(stream)).to.equal(front)
    ahead += 61_000
    await tell(front)
    const again = sessionClient(host.url, await tokenOf('x'), session)
    await again.post({ jsonrpc: '2.0', id: 9, method: 'ping' })
    await ask(again, 'resources/subscribe', 'news://front')
    await tell(front)
    expect(await nextUri(stream)).to.equal(front)
    stream.close()
    const missed = await again.get('get1.1')
    missed.close()
    expect(missed.status).to.be.oneOf([200, 400])
  })

  it('takes a hundred subscriptions of one session and no more', async () => {
    const session = await open('news:read')
    for (let n = 0; n < 100; n++) await ask(session, 'resources/subscribe', `news://page/${String(n)}`)
    expect((await ask(session, 'resources/subscribe', 'news://page/7')).result()).to.deep.equal({})
    expect((await ask(session, 'resources/subscribe', 'news://page/100')).error().code).to.equal(-32005)
    await ask(session, 'resources/unsubscribe', 'news://page/1')
    expect((await ask(session, 'resources/subscribe', 'news://page/100')).result()).to.deep.equal({})
  })
})
