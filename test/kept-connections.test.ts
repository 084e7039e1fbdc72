import { expect } from 'chai'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startTestHost, type TestHost } from './support/host.ts'

/** What was sent before has been read once another request is answered. */
async function requireRead({ origin }: TestHost): Promise<void> {
  const { status } = await fetch(`${origin}/healthz`)
  expect(status).to.equal(200)
}

/** As a client takes answers apart: by their lengths. */
function bodiesOf(text: string): string[] {
  const bodies: string[] = []
  for (let rest = text; rest !== '';) {
    const start = rest.indexOf('\r\n\r\n') + 4
    const end = start + Number(/^content-length: (\d+)/im.exec(rest.slice(0, start))?.[1] ?? 0)
    bodies.push(rest.slice(start, end))
    rest = rest.slice(end)
  }
  return bodies
}

describe('a connection', () => {
  let host: TestHost
  let token: string
  before(async () => {
    // Every tool, for a list that is long.
    host = await startTestHost({ config: { visibility: 'listed' } })
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

  /** Sends bytes, and reads until so many statuses and the body of the last have come, or the connection ends. */
  async function readStatuses(bytes: string, count: number): Promise<string> {
    const { hostname, port } = new URL(host.url)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.write(bytes)
    for await (const chunk of socket) {
      text += String(chunk)
      if (statuses(text).length === count && text.endsWith('}')) break
    }
    return text
  }

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

  describe('of a client that waits to be asked for its body', () => {
    const waiting = (text: string, version = '1.1') =>
      text.replace('HTTP/1.1', `HTTP/${version}`).replace('Content-Length', 'Expect: 100-continue\r\nContent-Length')
    const headOf = (text: string) => text.slice(0, text.indexOf('\r\n\r\n') + 4)

    it('is asked once its token, its media types and the length are in order, and answered then', async () => {
      const text = await exchange(headOf(waiting(request(body))), body)
      expect(text).to.match(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
    })

    it('keeps its connection though it did not wait', async () => {
      const text = await readStatuses(waiting(request(body)) + request(body), 3)
      expect(statuses(text)).to.deep.equal(['100', '200', '200'])
      expect(text).to.not.match(/^connection: close/im)
    })

    it('gets two lists in one piece whole, though the second waits behind the first', async () => {
      const lists = [1, 2].map((id) => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list', params: {} }))
      const [first = '', second = ''] = lists.map((list) => request(list))
      await readStatuses(first, 1)
      const text = await readStatuses(first + waiting(second), 2)
      const bodies = bodiesOf(text)
      expect(bodies.map((each) => (JSON.parse(each) as { readonly id: unknown }).id)).to.deep.equal([1, 2])
      expect(bodies[0]?.length).to.be.above(4_096)
    })

    for (const [what, status, head] of [
      ['a bad token', '401', () => request(body, { by: 'bad' })],
      ['another media type', '415', () => request(body).replace('application/json\r\n', 'text/plain\r\n')],
      ['a body that is too long', '413', () => request(body, { length: 5_000_000 })],
    ] as const) {
      it(`is refused without being asked for ${what}, and the connection ends`, async () => {
        const text = await exchange(headOf(waiting(head())))
        expect(statuses(text)).to.deep.equal([status])
        expect(text).to.match(/^connection: close/im)
      })
    }

    it('is not asked in a version of HTTP that has no interim answers', async () => {
      const { hostname, port } = new URL(host.url)
      const socket = connect(Number(port), hostname)
      const answered = once(socket, 'data')
      socket.write(headOf(waiting(request(body), '1.0')))
      await Promise.race([answered, delay(100)])
      socket.write(body)
      expect(String((await answered)[0])).to.match(/^HTTP\/1\.1 200 /)
      socket.destroy()
    })
  })

  it('answers two requests that came in one piece, each with its own', async () => {
    const second = body.replace('"id":1', '"id":2')
    const text = await readStatuses(request(body) + request(second), 2)
    expect(statuses(text)).to.deep.equal(['200', '200'])
    expect(text.indexOf('"id":1')).to.be.below(text.indexOf('"id":2'))
  })

  it('is told that it ends with an answer of a host that is about to end', async () => {
    const ending = await startTestHost()
    const { host: authority, hostname, port } = new URL(ending.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    const whole = request(body, { by: await ending.token('fixture:read') }).replace(new URL(host.url).host, authority)
    socket.write(whole.slice(0, 30))
    await requireRead(ending)
    const closing = ending.close()
    socket.write(whole.slice(30))
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    expect(text)
      .to.match(/^HTTP\/1\.1 200 /)
      .and.match(/^connection: close/im)
    await closing
  })

  for (const [what, embedded, path] of [
    ['a call that is under way', false, '/mcp'],
    ['the embedded authorization server', true, '/token'],
  ] as const) {
    it(`is told so with the answer of ${what}`, async () => {
      // Long enough to be under way still when the host is told to end.
      const ending = await startTestHost({ embedded, config: { tools: { fixture_slow: { timeoutMs: 2_000 } } } })
      const slow = JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'fixture_slow', arguments: {} },
      })
      const { host: authority, hostname, port } = new URL(ending.url)
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      const by = embedded ? 'none' : await ending.token('fixture:read')
      const whole = request(embedded ? 'x' : slow, { by }).replace(new URL(host.url).host, authority)
      const head = whole.slice(0, -1).replace('/mcp', path)
      socket.write(embedded ? head.replace('application/json', 'application/x-www-form-urlencoded') : whole)
      await requireRead(ending)
      const closing = ending.close()
      if (embedded) socket.write('x')
      let text = ''
      for await (const chunk of socket) text += String(chunk)
      expect(text)
        .to.match(embedded ? /^HTTP\/1\.1 4/ : /^HTTP\/1\.1 200 /)
        .and.match(/^connection: close/im)
      await closing
    })
  }

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
