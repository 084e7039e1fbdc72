import { expect } from 'chai'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ListenStream } from '../src/subscriptions/listen-stream.ts'
import { EventWay } from '../src/subscriptions/listen-way.ts'

const uris = ['news://a', 'news://b']
const held = { token: [], granted: [], authentication: { acr: undefined, authTime: undefined, skewSeconds: 0, now: 0 } }
const principal = { issuer: 'https://issuer.example', subject: 'ada', clientId: undefined, scopes: [], claims: {} }

describe('the stream of one subscription', () => {
  let ended = 0
  let stream: ListenStream
  let response: ServerResponse
  let reader: IncomingMessage
  let close: () => Promise<void>

  beforeEach(async () => {
    ended = 0
    stream = new ListenStream({
      id: 7,
      caller: { principal, held, tokenId: undefined, keyThumbprint: undefined } as never,
      identity: { requestId: 'a', clientName: undefined, clientVersion: undefined, protocolRevision: '2026-07-28' },
      filter: { lists: new Set(['tools']), uris: new Set(uris), taskIds: new Set<string>() },
      said: {},
      serverInfo: { name: 'a', title: 'a', version: '1' },
      endsAt: Infinity,
      onEnd: () => ended++,
    })
    const begun = Promise.withResolvers<ServerResponse>()
    const server = createServer((_request, answer) => {
      stream.begin(new EventWay(answer))
      begun.resolve(answer)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    reader = await new Promise((done) => get({ port, host: '127.0.0.1', agent: false }, done))
    response = await begun.promise
    close = () =>
      new Promise((done) => {
        server.close(() => {
          done()
        })
        server.closeAllConnections()
      })
  })
  afterEach(() => close())

  const tell = (uri: string) => {
    stream.tell({ method: 'notifications/resources/updated', params: { uri } })
  }
  /** Tells until the system takes no more. */
  const fill = async () => {
    while (response.writableLength <= 4_096) {
      tell('news://a')
      await new Promise((done) => setImmediate(done))
    }
  }

  it('holds little for a reader that does not read, and tells it everything once it does', async () => {
    reader.pause()
    await fill()
    for (let time = 0; time < 100_000; time++) tell(uris[time % 2] ?? '')
    stream.tell({ method: 'notifications/tools/list_changed' })
    expect(response.writableLength).to.be.lessThan(8_192)
    let text = ''
    reader.setEncoding('utf8')
    for await (const chunk of reader) {
      text += String(chunk)
      if (text.includes('list_changed') && text.includes('news://b')) break
    }
    expect(text.split('news://b')).to.have.length(2)
    expect(text.split('list_changed')).to.have.length(2)
  })

  it('cuts off who reads nothing for long', async () => {
    reader.pause()
    await fill()
    for (let time = 0; time < 7; time++) stream.keepAlive()
    expect(ended).to.equal(0)
    stream.keepAlive()
    expect(ended).to.equal(1)
    expect(response.destroyed).to.equal(true)
  })

  it('is kept alive by a comment while nothing waits', async () => {
    stream.keepAlive()
    let text = ''
    reader.setEncoding('utf8')
    for await (const chunk of reader) {
      text += String(chunk)
      if (text.includes('\n\n: keepalive\n\n')) break
    }
    expect(ended).to.equal(0)
  })

  it('ends once, and tells nothing after it', async () => {
    stream.end()
    stream.end()
    tell('news://a')
    expect(ended).to.equal(1)
    let text = ''
    for await (const chunk of reader) text += String(chunk)
    expect(text)
      .to.match(/"resultType":"complete".*"id":7\}\n\n$/)
      .and.to.not.include('news://a')
  })
})
