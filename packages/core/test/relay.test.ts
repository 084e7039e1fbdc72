import { expect } from 'chai'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inviteBody } from '../src/http/invite-body.ts'
import { peerAddress } from '../src/http/peer-address.ts'
import { listenPrivately, type Drained } from '../src/http-server.ts'
import { relaySessions } from '../src/workers/relay.ts'
import { sessionPrefix, socketOf } from '../src/workers/session-owner.ts'

const random = 'A'.repeat(43)
const ofOwner = `${sessionPrefix(1)}${random}`

interface Seen {
  readonly by: 'owner' | 'relay'
  readonly peer: string | undefined
  readonly lines: NodeJS.Dict<string[]>
  readonly body: string
}

async function textOf(stream: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk)
  return text
}

describe('a request of a session that comes to another worker', () => {
  let folder: string
  let owner: Drained
  let server: Server
  let port: number
  let answer: RequestListener | undefined

  const tell =
    (by: Seen['by']): RequestListener =>
    (incoming, response) => {
      if (answer !== undefined && by === 'owner') answer(incoming, response)
      else {
        void textOf(incoming).then((body) => {
          const seen: Seen = { by, peer: peerAddress(incoming), lines: incoming.headersDistinct, body }
          response.setHeader('www-authenticate', ['Bearer', 'DPoP'])
          response.statusCode = 203
          response.end(JSON.stringify(seen))
        })
      }
    }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'toolgate-test-'))
    owner = await listenPrivately(tell('owner'), socketOf(folder, 1))
    const relay = relaySessions({ worker: 2, folder }, tell('relay'))
    server = createServer(relay)
    server.on('checkContinue', relay)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  beforeEach(() => {
    answer = undefined
  })
  after(async () => {
    server.close()
    server.closeAllConnections()
    await owner.drain()
    await rm(folder, { recursive: true })
  })

  async function ask(
    session: string | string[] | undefined,
    headers: Record<string, string | string[]> = {},
    body = '',
  ) {
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', path: '/mcp?a=b', agent: false })
    const all = { ...headers, ...(session !== undefined && { 'mcp-session-id': session }) }
    for (const [name, value] of Object.entries(all)) outgoing.setHeader(name, value)
    outgoing.end(body)
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    return response
  }

  it('is answered by the one that has it, who sees every line and byte of it, and the address of the client', async () => {
    const response = await ask(ofOwner, { authorization: ['one', 'two'], 'x-odd': ['a', 'b'] }, 'what is asked')
    expect(response.statusCode).to.equal(203)
    expect(response.headersDistinct['www-authenticate']).to.deep.equal(['Bearer', 'DPoP'])
    const seen = JSON.parse(await textOf(response)) as Seen
    expect(seen).to.include({ by: 'owner', peer: '127.0.0.1', body: 'what is asked' })
    expect(seen.lines.authorization).to.deep.equal(['one', 'two'])
    expect(seen.lines['x-odd']).to.deep.equal(['a', 'b'])
  })

  it('is asked for its body once the one that has it wants it', async () => {
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', path: '/mcp', agent: false })
    outgoing.setHeader('mcp-session-id', ofOwner).setHeader('expect', '100-continue').flushHeaders()
    answer = (_incoming, response) => response.writeHead(401).end()
    let asked = false
    outgoing.once('continue', () => (asked = true))
    const [refused] = (await once(outgoing, 'response')) as [IncomingMessage]
    expect([refused.statusCode, asked]).to.deep.equal([401, false])
    outgoing.destroy()

    const wanted = request({ port, host: '127.0.0.1', method: 'POST', path: '/mcp', agent: false })
    wanted.setHeader('mcp-session-id', ofOwner).setHeader('expect', '100-continue').flushHeaders()
    answer = (incoming, response) => {
      inviteBody(incoming, response)
      void textOf(incoming).then((body) => response.end(body))
    }
    await once(wanted, 'continue')
    wanted.end('what is asked')
    const [answered] = (await once(wanted, 'response')) as [IncomingMessage]
    expect(await textOf(answered)).to.equal('what is asked')
  })

  it('cannot say from outside where it comes from', async () => {
    for (const session of [ofOwner, undefined]) {
      const response = await ask(session, { 'toolgate-peer': '192.0.2.1' })
      expect(JSON.parse(await textOf(response))).to.include({ peer: '127.0.0.1' })
    }
  })

  it('is answered where it came to if it names no other worker, or one that is gone', async () => {
    const own = `${sessionPrefix(2)}${random}`
    const gone = `${sessionPrefix(3)}${random}`
    for (const session of [undefined, own, gone, random, `w1.${random}x`, `w1/../${random}`, [ofOwner, ofOwner]]) {
      const seen = JSON.parse(await textOf(await ask(session, {}, 'body'))) as Seen
      expect(seen, String(session)).to.include({ by: 'relay', body: 'body' })
    }
  })

  it('streams, and is over there when its client goes', async () => {
    const closed = Promise.withResolvers<undefined>()
    answer = (_incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      response.write('data: 1\n\n')
      response.once('close', () => {
        closed.resolve(undefined)
      })
    }
    const response = await ask(ofOwner)
    const [chunk] = (await once(response, 'data')) as [Buffer]
    expect(String(chunk)).to.equal('data: 1\n\n')
    response.destroy()
    await closed.promise
  })

  it('breaks off when the one that has it ends in the middle', async () => {
    answer = (_incoming, response) => {
      response.write('half')
      setImmediate(() => response.destroy())
    }
    const response = await ask(ofOwner)
    const failed = await textOf(response).catch((error: unknown) => error)
    expect(failed).to.be.an.instanceOf(Error)
  })
})
