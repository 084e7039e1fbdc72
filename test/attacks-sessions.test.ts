import { expect } from 'chai'
import { openSessionFor } from '../packages/core/src/sessions/session-requests.ts'
import { Sessions } from '../packages/core/src/sessions/sessions.ts'
import { startAskingHost } from './support/asking/asking-host.ts'
import { openSession, sessionClient } from './support/asking/session-client.ts'
import type { TestHost } from './support/host.ts'
import { listen, startNewsHost } from './support/news/news-host.ts'
import { gate } from './support/news/news-plugin.ts'
import { post, postModern } from './support/wire.ts'

describe('whoever wants more of sessions than is theirs', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startAskingHost()
    token = await host.token('ask:use')
  })
  after(() => host.close())

  it('has one connection to each stream: a second one that comes back for it cuts the first off', async () => {
    const session = await openSession(host.url, token)
    const call = await session.call('ask_name')
    const first = await call.next()
    call.close()
    const unread = await session.get(first?.id)
    expect(await unread.message()).to.deep.include({ method: 'elicitation/create' })
    const again = await session.get(first?.id)
    expect(await again.message()).to.deep.include({ method: 'elicitation/create' })
    expect(await unread.rest()).to.deep.equal([])
    again.close()
    expect(host.log.filter((line) => line.includes('"level":50'))).to.deep.equal([])
  })

  it('is not held with all that it says of itself for as long as its session lasts', async () => {
    const sessions = new Sessions(Date.now)
    const huge = 'x'.repeat(1_000_000)
    const message = {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {
          elicitation: { form: { huge } },
          sampling: { tools: {} },
          experimental: { huge: {} },
          [huge]: {},
        },
        clientInfo: { name: huge, version: huge },
      },
    } as const
    const answer = await post(host.url, token, message)
    expect(answer.headers['mcp-session-id']).to.be.a('string')
    const principal = { issuer: 'https://issuer.example', subject: 'a', clientId: 'c', scopes: [], claims: {} }
    const envelope = {
      ...{ revision: '2025-11-25', batch: false, requests: [message], beside: [] },
      classification: { era: 'legacy' },
    } as const
    const result = { protocolVersion: '2025-11-25' }
    const answers = [{ kind: 'json', status: 200, message: { jsonrpc: '2.0', id: 0, result } }] as const
    const facts = (await openSessionFor(sessions, envelope, answers, principal))?.facts
    sessions.close()
    expect(facts?.capabilities).to.deep.equal({ elicitation: { form: {} }, sampling: {} })
    expect(facts?.client).to.deep.equal({ name: 'x'.repeat(512), version: 'x'.repeat(512) })
  })

  describe('and of its news', () => {
    let news: TestHost
    before(async () => {
      news = await startNewsHost()
    })
    after(() => news.close())

    const capabilities = { elicitation: {} }
    const tell = async (...uris: readonly string[]) => {
      const params = { name: 'news_tell', arguments: { uris } }
      await postModern(news.url, await news.token('x', { subject: 'teller' }), { method: 'tools/call', params })
    }
    const ping = { jsonrpc: '2.0', id: 9, method: 'ping' }

    it('misses none because it sends a request while its author looks, and is told none that the request lost', async () => {
      const session = await openSession(news.url, await news.token('news:read'), { capabilities })
      const stream = await session.get()
      for (const uri of ['news://page/gated', 'news://front']) {
        await session.post({ jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri } })
      }
      const poorer = sessionClient(news.url, await news.token('other'), session)
      for (const [client, expected] of [
        [session, ['news://page/gated', 'news://front']],
        [poorer, ['news://front']],
      ] as const) {
        const looked = Promise.withResolvers<undefined>()
        const open = Promise.withResolvers<undefined>()
        gate.wait = async () => {
          delete gate.wait
          looked.resolve(undefined)
          await open.promise
        }
        await tell('news://page/gated')
        await looked.promise
        expect((await client.post(ping)).status).to.equal(200)
        open.resolve(undefined)
        await tell('news://front')
        for (const uri of expected) expect((await stream.message())['params']).to.deep.equal({ uri })
      }
      stream.close()
    })

    for (const how of ['is cancelled', 'has its session ended'] as const) {
      it(`runs nothing of a request that ${how} while its author looks, and answers it with nothing`, async () => {
        const session = await openSession(news.url, await news.token('news:read'), { capabilities })
        const looked = Promise.withResolvers<undefined>()
        const open = Promise.withResolvers<undefined>()
        gate.wait = async () => {
          delete gate.wait
          looked.resolve(undefined)
          await open.promise
        }
        const params = { uri: 'news://page/gated' }
        const answering = session.post({ jsonrpc: '2.0', id: 7, method: 'resources/read', params })
        await looked.promise
        const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }
        await (how === 'is cancelled' ? session.post(cancelled) : session.delete())
        open.resolve(undefined)
        const { status, headers, text } = await answering
        expect([status, headers['content-type'], text]).to.deep.equal([200, 'text/event-stream', ''])
        let last = (await news.audit()).at(-1)
        // The record of it does not hold the answer up.
        while (last?.type !== 'outcome') last = (await news.audit()).at(-1)
        expect(last.outcome).to.equal('cancelled')
      })
    }

    it('names no stream by megabytes', async () => {
      const stream = await listen(news.url, await news.token('x'), { toolsListChanged: true }, 'x'.repeat(1_025))
      expect(stream.status).to.equal(400)
      stream.close()
      const named = await listen(
        news.url,
        await news.token('x'),
        { resourceSubscriptions: ['news://front'] },
        'x'.repeat(1_024),
      )
      expect(named.status).to.equal(200)
      named.close()
    })
  })
})
