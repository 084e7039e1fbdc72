import { expect } from 'chai'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { AuthorizationInserter, FramingError } from './conformance/authorization-inserter.ts'
import { startForwarder } from './conformance/start-forwarder.ts'
import { send } from './support/wire.ts'

const line = 'Authorization: Bearer abc\r\n'

/** Odd on purpose: what a parser would tidy up has to arrive as it left. */
const first = 'POST /mcp HTTP/1.1\r\n'
const oddHead = 'hOsT:  a.example \r\nMCP-method:\t tools/list\t\r\nX-Empty:\r\ncontent-LENGTH: 24\r\n\r\n'
const bodyLikeAHead = 'GET / HTTP/1.1\r\nA: b\r\n\r\n'
const bare = 'DELETE /mcp HTTP/1.1\r\nHost: a.example\r\n\r\n'

/** What comes out if these bytes come in, in pieces. */
async function insert(pieces: readonly string[]): Promise<string> {
  const inserter = new AuthorizationInserter('Bearer abc')
  const passed: Buffer[] = []
  inserter.on('data', (chunk: Buffer) => passed.push(chunk))
  const ended = new Promise<void>((resolve, reject) => inserter.once('end', resolve).once('error', reject))
  for (const piece of pieces) inserter.write(Buffer.from(piece, 'latin1'))
  inserter.end()
  await ended
  return Buffer.concat(passed).toString('latin1')
}

describe('the proxy between the conformance suite and the host', () => {
  const requests = `${first}${oddHead}${bodyLikeAHead}${bare}`
  const expected = `${first}${line}${oddHead}${bodyLikeAHead}DELETE /mcp HTTP/1.1\r\n${line}Host: a.example\r\n\r\n`

  it('adds one line to each request and changes no other byte, wherever the bytes are split', async () => {
    for (let at = 0; at <= requests.length; at++) {
      expect(await insert([requests.slice(0, at), requests.slice(at)]), `split at ${String(at)}`).to.equal(expected)
    }
    expect(await insert(requests.match(/./gs) ?? [])).to.equal(expected)
  })

  it('leaves a request alone that brings a token of its own', async () => {
    const own = 'GET /mcp HTTP/1.1\r\nHost: a.example\r\nauthorization: Bearer own\r\n\r\n'
    expect(await insert([own])).to.equal(own)
  })

  for (const [what, head] of [
    ['a chunked body', 'Transfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2'],
    ['a length that is no number', 'Content-Length: 1, 1'],
  ] as const) {
    it(`refuses ${what}, of which it could not tell the end`, async () => {
      const outcome = await insert([`${first}${head}\r\n\r\n`]).catch((error: unknown) => error)
      expect(outcome).to.be.instanceOf(FramingError)
    })
  }

  it('hands the bytes to the host and the answer back', async () => {
    const received: string[] = []
    const host = createServer((socket: Socket) => {
      socket.on('data', (chunk: Buffer) => {
        received.push(chunk.toString('latin1'))
        socket.end('HTTP/1.1 403 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno')
      })
    })
    await new Promise<void>((done) => host.listen(0, '127.0.0.1', done))
    const forwarder = await startForwarder()
    try {
      forwarder.forward({ port: (host.address() as AddressInfo).port, authorization: 'Bearer abc' })
      const headers = { Host: 'evil.example', 'mcp-METHOD': 'x' }
      const answer = await send(`http://127.0.0.1:${String(forwarder.port)}`, { path: '/mcp', headers })
      expect(answer.status).to.equal(403)
      expect(answer.text).to.equal('no')
      expect(received.join('')).to.match(
        /^GET \/mcp HTTP\/1\.1\r\nAuthorization: Bearer abc\r\nHost: evil\.example\r\nmcp-METHOD: x\r\n/,
      )
      expect(forwarder.faults).to.deep.equal([])
    } finally {
      await forwarder.close()
      await new Promise((done) => host.close(done))
    }
  })
})
