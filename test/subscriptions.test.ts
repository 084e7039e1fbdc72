import { expect } from 'chai'
import type { TestHost } from './support/host.ts'
import { listen, startNewsHost } from './support/news/news-host.ts'
import { scopesAskedFor } from './support/one-judge/verdicts.ts'
import { post, postModern, type WireAnswer } from './support/wire.ts'

const subscriptionId = 'io.modelcontextprotocol/subscriptionId'
const acknowledged = 'notifications/subscriptions/acknowledged'
const updated = 'notifications/resources/updated'
const front = 'news://front'

describe('subscriptions/listen', () => {
  let host: TestHost
  let reader: string
  let ahead = 0
  before(async () => {
    host = await startNewsHost({ clock: () => Date.now() + ahead })
    reader = await tokenOf('news:read')
  })
  after(() => host.close())

  const tokenOf = (scope: string, subject = 'ada', expiresIn = 36_000) =>
    host.token(scope, { subject, expiresIn: expiresIn + ahead / 1_000 })
  const call = async (name: string, args: Readonly<Record<string, unknown>>) => {
    const answer = await postModern(host.url, await tokenOf('x', 'teller'), {
      method: 'tools/call',
      params: { name, arguments: args },
    })
    expect(answer.result()['isError'], answer.text).to.not.equal(true)
  }
  const tell = (...uris: readonly string[]) => call('news_tell', { uris })
  const uris = (...resourceSubscriptions: readonly string[]) => ({ resourceSubscriptions })
  const ask = (token: string, notifications: unknown): Promise<WireAnswer> =>
    postModern(host.url, token, { id: 'news-1', method: 'subscriptions/listen', params: { notifications } })

  it('is promised by server/discover, and by initialize only to a client that is given a session', async () => {
    const discovered = await postModern(host.url, reader, { method: 'server/discover' })
    expect(discovered.result()['capabilities']).to.deep.include({ resources: { subscribe: true } })
    const params = { protocolVersion: '2025-11-25', clientInfo: { name: 'a', version: '1' } }
    const initialize = (capabilities: object) =>
      post(host.url, reader, { jsonrpc: '2.0', id: 0, method: 'initialize', params: { ...params, capabilities } })
    expect((await initialize({})).result()['capabilities']).to.deep.include({ resources: {} })
    const asked = (await initialize({ elicitation: {} })).result()['capabilities']
    expect(asked).to.deep.include({ resources: { subscribe: true } })
  })

  it('acknowledges what it honours before everything else, and tags whatever it tells', async () => {
    const stream = await listen(host.url, reader, { ...uris(front), toolsListChanged: true }, 7)
    expect(stream.status).to.equal(200)
    expect(stream.headers).to.deep.include({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    expect(stream.headers['cache-control']).to.equal('no-store, no-transform')
    const _meta = { [subscriptionId]: 7 }
    const first = await stream.message()
    expect(first).to.deep.equal({ jsonrpc: '2.0', method: acknowledged, params: { notifications: uris(front), _meta } })
    await tell(front)
    expect(await stream.message()).to.deep.equal({ jsonrpc: '2.0', method: updated, params: { uri: front, _meta } })
    stream.close()
  })

  it('tells of what the filter names and of nothing else', async () => {
    const stream = await listen(host.url, reader, uris('news://page/1', front))
    await stream.message()
    await tell('news://page/2', 'news://page/1')
    await tell(front)
    const told = [await stream.message(), await stream.message()].map(({ params }) => (params as { uri: string }).uri)
    expect(told).to.deep.equal(['news://page/1', front])
    stream.close()
  })

  it('is over at once, in good order, where nothing of the filter can be honoured', async () => {
    const stream = await listen(host.url, reader, { toolsListChanged: true, resourcesListChanged: false })
    const rest = (await stream.rest()).map(({ data }) => JSON.parse(data) as Record<string, unknown>)
    expect(rest[0]?.['params']).to.deep.include({ notifications: {} })
    expect(rest[1]).to.deep.include({ id: 'news-1' })
    expect(rest[1]?.['result']).to.deep.include({ resultType: 'complete' })
    expect(rest).to.have.length(2)
  })

  for (const [what, notifications] of [
    ['no filter', undefined],
    ['a filter that is a list', []],
    ['a member that is no boolean', { toolsListChanged: 'yes' }],
    ['a URI that is none', { resourceSubscriptions: [7] }],
    ['too many URIs', uris(...Array.from({ length: 101 }, (_, n) => `news://page/${String(n)}`))],
    ['too much text', uris(`news://page/${'x'.repeat(8_192)}`)],
  ] as const) {
    it(`refuses ${what} with -32602`, async () => {
      const answer = await ask(reader, notifications)
      expect([answer.status, answer.error().code]).to.deep.equal([400, -32602])
      expect(answer.error().message).to.match(/^Invalid params: notifications/)
    })
  }

  describe('who may listen', () => {
    it('is decided like a read: 403 with every scope of all URIs in one challenge, and no stream', async () => {
      const answer = await ask(reader, uris(front, 'news://staff', 'news://page/staff', 'news://page/1'))
      expect(answer.status).to.equal(403)
      expect(answer.headers['content-type']).to.include('application/json')
      const challenge = answer.headers['www-authenticate'] ?? ''
      expect(challenge).to.include('error="insufficient_scope"').and.to.include('resource_metadata=')
      expect(scopesAskedFor(challenge)).to.deep.equal(['news:read', 'news:staff'])
      expect(answer.error().data?.['tool']).to.deep.equal(['resource news://staff', 'resource news://page/staff'])
    })

    it('conceals: what is concealed from a caller is unknown, to the byte', async () => {
      const [secret, nothing] = await Promise.all([
        ask(reader, uris(front, 'news://secret')),
        ask(reader, uris(front, 'news://nought')),
      ])
      expect(secret.status).to.equal(200)
      expect(secret.error()).to.deep.equal({
        code: -32602,
        message: 'Resource not found',
        data: { uri: 'news://secret' },
      })
      expect(secret.text.replace('secret', 'nought')).to.equal(nothing.text)
      expect(secret.headers).to.not.have.property('www-authenticate')
    })

    it('is asked of the author too', async () => {
      await call('news_close', { id: 'shut' })
      const answer = await ask(reader, uris('news://page/shut'))
      expect(answer.error()).to.deep.equal({ code: -32005, message: 'This page is closed.' })
    })

    it('is on record, once for each URI, with the end of the stream', async () => {
      const stream = await listen(host.url, await tokenOf('news:read', 'kept'), uris(front, 'news://page/9'))
      await stream.message()
      stream.close()
      const own = async () => {
        const records = await host.audit()
        const decided = records.filter((record) => record.type === 'decision' && record.subject === 'kept')
        const names = decided.map((record) => ('tool' in record ? [record.tool, record.effect] : []))
        const ids = decided.map((record) => ('requestId' in record ? record.requestId : ''))
        const ended = records.filter((record) => record.type === 'outcome' && ids.includes(record.requestId))
        return { names, ended: ended.map((record) => ('outcome' in record ? record.outcome : '')) }
      }
      let seen = await own()
      while (seen.ended.length < 2) seen = await own()
      expect(seen.names).to.deep.equal([
        [`resource ${front}`, 'allow'],
        ['template news://page/{id}', 'allow'],
      ])
      expect(seen.ended).to.deep.equal(['ok', 'ok'])
    })
  })

  describe('what is told', () => {
    it('is judged at that moment: an author who closes a page has told nobody after it', async () => {
      const stream = await listen(host.url, reader, uris('news://page/gone', front))
      await stream.message()
      await tell('news://page/gone')
      expect((await stream.message())['params']).to.deep.include({ uri: 'news://page/gone' })
      await call('news_close', { id: 'gone' })
      await tell('news://page/gone')
      await tell(front)
      expect((await stream.message())['params']).to.deep.include({ uri: front })
      stream.close()
    })

    it('is nothing that belongs to another plugin, or to none', async () => {
      await tell('other://thing')
      expect(host.log.some((line) => line.includes('a plugin told of a resource that is not its own'))).to.equal(true)
    })

    it('is told once, however often it is said before it is judged', async () => {
      const stream = await listen(host.url, reader, uris(front, 'news://page/1'))
      await stream.message()
      await call('news_tell', { uris: [front], times: 20_000 })
      await tell('news://page/1')
      let count = 0
      for (;;) {
        const { params } = await stream.message()
        if ((params as { uri: string }).uri !== front) break
        count++
      }
      expect(count).to.equal(2)
      stream.close()
    })
  })

  describe('the end of a stream', () => {
    it('comes with the end of its token, in good order', async () => {
      const stream = await listen(host.url, await tokenOf('x', 'brief', 60), uris(front))
      await stream.message()
      ahead += 61_000
      const result = await stream.message()
      expect(result).to.deep.include({ id: 'news-1' })
      expect(result['result']).to.deep.include({ resultType: 'complete' })
      expect(await stream.next()).to.equal(undefined)
    })

    it('comes after an hour, so that a token is verified again', async () => {
      const stream = await listen(host.url, reader, uris(front))
      await stream.message()
      ahead += 3_600_000
      expect(await stream.message()).to.have.property('result')
    })
  })

  describe('limits', () => {
    it('lets one caller open 32, and answers 429 to the next; another caller is not held up', async () => {
      const token = await tokenOf('x', 'greedy')
      const open = await Promise.all(Array.from({ length: 32 }, () => listen(host.url, token, uris(front))))
      await Promise.all(open.map((stream) => stream.message()))
      const answer = await ask(token, uris(front))
      expect([answer.status, answer.error().code]).to.deep.equal([429, -32004])
      expect(answer.headers['retry-after']).to.equal('10')
      const other = await listen(host.url, await tokenOf('x', 'modest'), uris(front))
      expect((await other.message())['method']).to.equal(acknowledged)
      other.close()
      open[0]?.close()
      let status = 429
      while (status === 429) {
        const again = await listen(host.url, token, uris(front))
        status = again.status
        again.close()
      }
      expect(status).to.equal(200)
      for (const stream of open) stream.close()
    })
  })

  it('is over in good order when the host stops', async () => {
    const own = await startNewsHost()
    const stream = await listen(own.url, await own.token('x'), uris(front))
    await stream.message()
    await own.close()
    expect(await stream.message()).to.have.property('result')
    expect(await stream.next()).to.equal(undefined)
  })
})
