import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect } from 'chai'
import { join } from 'node:path'
import { newsConfig } from './support/news/news-plugin.ts'
import { callMessage, initialize, type StdioFolder, type StdioProcess } from './support/stdio.ts'
import { stdioFolderWith } from './support/stdio-plugin.ts'
import { modernMeta } from './support/wire.ts'

const bin = join(import.meta.dirname, '../packages/cli/bin/toolgate.mjs')
const subscriptionId = 'io.modelcontextprotocol/subscriptionId'
const updated = 'notifications/resources/updated'
const listen = (id: string, notifications: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'subscriptions/listen',
  params: { notifications, _meta: modernMeta },
})
const cancelled = (requestId: string) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId, _meta: modernMeta },
})

describe('news over stdio', function () {
  this.timeout(60_000)
  let folder: StdioFolder
  before(async () => {
    const plugins = { news: 'news/news-plugin.ts', changing: 'news/changing-plugin.ts' }
    folder = await stdioFolderWith(plugins, newsConfig)
  })
  after(() => folder[Symbol.asyncDispose]())

  let ids = 0
  const call = async (server: StdioProcess, name: string, args: object) => {
    const id = `call-${String(++ids)}`
    server.send(callMessage('modern', id, name, { args }))
    const { result } = await server.answer(id)
    expect(result?.isError, JSON.stringify(result)).to.not.equal(true)
  }
  const tell = (server: StdioProcess, ...uris: readonly string[]) => call(server, 'news_tell', { uris })
  const change = (server: StdioProcess, to: string) => call(server, 'changing_change', { to })
  const request = async (server: StdioProcess, method: string, params: object) => {
    const id = `request-${String(++ids)}`
    server.send({ jsonrpc: '2.0', id, method, params })
    return server.answer(id)
  }
  const told = (server: StdioProcess) =>
    server.lines
      .map((line) => JSON.parse(line) as { method?: string; params?: Record<string, unknown> })
      .filter(({ method }) => method?.startsWith('notifications/'))

  describe('in revisions before 2026-07-28', () => {
    for (const revision of ['2024-11-05', '2025-11-25']) {
      it(`are promised and told at ${revision}, until they are not wanted any more`, async () => {
        const server = folder.start('--scopes', 'news:read')
        server.send(initialize(revision))
        const { tools, resources } = (await server.answer('initialize')).result?.capabilities as Record<string, unknown>
        expect([tools, resources]).to.deep.equal([{ listChanged: true }, { listChanged: true, subscribe: true }])
        const uri = 'news://page/1'
        expect((await request(server, 'resources/subscribe', { uri })).result).to.deep.equal({})
        await tell(server, 'news://front', uri)
        await change(server, 'no slow')
        expect((await request(server, 'resources/unsubscribe', { uri })).result).to.deep.equal({})
        await tell(server, uri)
        await change(server, 'first')
        const methods = ['notifications/tools/list_changed', 'notifications/tools/list_changed']
        expect(told(server).map(({ method }) => method)).to.deep.equal([updated, ...methods])
        expect(told(server)[0]?.params).to.deep.equal({ uri })
      })
    }

    it('are judged like a read, when they are asked for and when they are told', async () => {
      const server = folder.start('--scopes', 'news:read')
      server.send(initialize('2025-11-25'))
      const { error } = await request(server, 'resources/subscribe', { uri: 'news://staff' })
      expect(error).to.deep.include({ code: -32003 })
      expect(error?.data?.missing).to.deep.equal(['news:staff'])
      const secret = await request(server, 'resources/subscribe', { uri: 'news://secret' })
      expect(secret.error).to.deep.include({ code: -32602, message: 'Resource not found' })
      await request(server, 'resources/subscribe', { uri: 'news://page/9' })
      await call(server, 'news_close', { id: '9' })
      await tell(server, 'news://page/9')
      await call(server, 'news_close', { id: '9', open: true })
      await tell(server, 'news://page/9')
      await request(server, 'ping', {})
      expect(told(server).map(({ method }) => method)).to.deep.equal([updated])
    })
  })

  describe('by subscriptions/listen', () => {
    const open = async (server: StdioProcess, id: string, notifications: object) => {
      server.send(listen(id, notifications))
      const acknowledged = await server.message(
        ({ method, params }) =>
          method === 'notifications/subscriptions/acknowledged' &&
          (params?._meta as Record<string, unknown>)[subscriptionId] === id,
      )
      return acknowledged.params?.notifications
    }

    it('are acknowledged, told with the id of the request, and over once it is cancelled', async () => {
      const server = folder.start('--scopes', 'news:read')
      const wanted = { toolsListChanged: true, resourceSubscriptions: ['news://page/1', 'news://front'] }
      expect(await open(server, 'one', wanted)).to.deep.equal(wanted)
      expect(await open(server, 'two', { resourceSubscriptions: ['news://front'] })).to.deep.equal({
        resourceSubscriptions: ['news://front'],
      })
      await tell(server, 'news://front')
      await change(server, 'no slow')
      server.send(cancelled('one'))
      await tell(server, 'news://front', 'news://page/1')
      await change(server, 'first')
      const seen = told(server)
        .filter(({ method }) => method !== 'notifications/subscriptions/acknowledged')
        .map(
          ({ method, params }) =>
            `${String(method)} ${String((params?._meta as Record<string, unknown>)[subscriptionId])}`,
        )
      expect(seen.toSorted()).to.deep.equal(
        [`${updated} one`, `${updated} two`, 'notifications/tools/list_changed one', `${updated} two`].toSorted(),
      )
      // Cancelled, its id is free again.
      expect(await open(server, 'one', wanted)).to.deep.equal(wanted)
    })

    it('are refused as a read is, and take no more than one caller may have', async () => {
      const server = folder.start('--scopes', 'news:read')
      server.send(listen('denied', { resourceSubscriptions: ['news://front', 'news://staff'] }))
      expect((await server.answer('denied')).error?.data?.missing).to.deep.equal(['news:staff'])
      for (let count = 0; count < 32; count++) await open(server, `stream-${String(count)}`, { toolsListChanged: true })
      server.send(listen('one more', { toolsListChanged: true }))
      expect((await server.answer('one more')).error).to.deep.include({ code: -32004 })
    })

    it('end with the result that says so when the input ends', async () => {
      const server = folder.start()
      await open(server, 'last', { toolsListChanged: true })
      server.child.stdin.end()
      const { result } = await server.answer('last')
      expect(result).to.deep.include({ resultType: 'complete' })
      expect(await server.ended).to.equal(0)
    })

    it('reach the client of the SDK', async () => {
      const client = new Client({ name: 'a', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const config = join(folder.path, 'mcp.config.json')
      const args = [bin, 'stdio', '--scopes', 'news:read', '--config', config]
      await client.connect(
        new StdioClientTransport({
          command: process.execPath,
          args,
          env: { LOG_LEVEL: 'silent', NODE_NO_WARNINGS: '1' },
        }),
      )
      const uris: string[] = []
      const lists = Promise.withResolvers<undefined>()
      client.setNotificationHandler(updated, ({ params }) => void uris.push(params.uri))
      client.setNotificationHandler('notifications/tools/list_changed', () => {
        lists.resolve(undefined)
      })
      const subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: ['news://front'] })
      await client.callTool({ name: 'news_tell', arguments: { uris: ['news://front'] } })
      await client.callTool({ name: 'changing_change', arguments: { to: 'no slow' } })
      await lists.promise
      expect(uris).to.deep.equal(['news://front'])
      await subscription.close()
      await client.close()
    })
  })
})
