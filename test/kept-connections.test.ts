import { expect } from 'chai'
import { once } from 'node:events'
import { connect } from 'node:net'
import { startTestHost, type TestHost } from './support/host.ts'

describe('a connection', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startTestHost()
    token = await host.token('fixture:read')
  })
  after(() => host.close())

  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })

  function request(bytes: string, { by = token, length = bytes.length } = {}): string {
    return [
      'POST /mcp HTTP/1.1',
      `Host: ${new URL(host.url).host}`,
      `Authorization: Bearer ${by}`,
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      `Content-Length: ${String(length)}`,
      '',
      bytes,
    ].join('\r\n')
  }

  /** Sends parts one after the other, each when something came back, and reads until the connection ends or is quiet. */
  async function exchange(...parts: readonly string[]): Promise<string> {
    const { hostname, port } = new URL(host.url)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.on('data', (chunk) => (text += String(chunk)))
    for (const part of parts) {
      if (socket.destroyed) break
      socket.write(part)
      await Promise.race([once(socket, 'data'), once(socket, 'close')])
    }
    socket.destroy()
    return text
  }

  const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)

  for (const [what, first, status] of [
    ['a body that is no JSON', () => request('{'), '400'],
    ['a body of no bytes', () => request(''), '400'],
    ['a bad token', () => request(body, { by: 'bad' }), '401'],
    ['an answer', () => request(body), '200'],
  ] as const) {
    it(`is good for the next request after ${what}`, async () => {
      const text = await exchange(first(), request(body))
      expect(statuses(text)).to.deep.equal([status, '200'])
      expect(text).to.not.match(/^connection: close/im)
    })
  }

  it('is closed where bytes of a refused request are still to come', async () => {
    const text = await exchange(request(body, { by: 'bad', length: body.length + 10 }))
    expect(statuses(text)).to.deep.equal(['401'])
    expect(text).to.match(/^connection: close/im)
  })

  it('answers two requests that came in one piece, each with its own', async () => {
    const second = body.replace('"id":1', '"id":2')
    const { hostname, port } = new URL(host.url)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.write(request(body) + request(second))
    for await (const chunk of socket) {
      text += String(chunk)
      if (statuses(text).length === 2 && text.includes('"id":2')) break
    }
    expect(statuses(text)).to.deep.equal(['200', '200'])
    expect(text.indexOf('"id":1')).to.be.below(text.indexOf('"id":2'))
  })

  it('takes a body that comes byte by byte', async () => {
    const { hostname, port } = new URL(host.url)
    const socket = connect(Number(port), hostname)
    socket.setNoDelay(true)
    const answered = once(socket, 'data')
    for (const byte of request(body)) {
      socket.write(byte)
      if (byte === '{' || byte === '"') await new Promise(setImmediate)
    }
    const [chunk] = (await answered) as [Buffer]
    expect(String(chunk)).to.match(/^HTTP\/1\.1 200/)
    socket.destroy()
  })
})
