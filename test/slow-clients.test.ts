import { expect } from 'chai'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool } from './support/wire.ts'

describe('slow clients', () => {
  let host: TestHost
  before(async () => {
    host = await startTestHost()
  })
  after(() => host.close())

  function open(text: string): { readonly socket: Socket; readonly ended: Promise<string> } {
    const { hostname, port } = new URL(host.url)
    const socket = connect(Number(port), hostname)
    let received = ''
    socket.on('data', (chunk) => (received += chunk.toString()))
    const ended = new Promise<string>((resolve) => {
      socket.on('close', () => {
        resolve(received)
      })
    })
    socket.on('error', () => undefined)
    socket.write(text)
    return { socket, ended }
  }

  it('cuts headers that drip after 10 s, a body after 30 s, and serves others meanwhile', async () => {
    const token = await host.token('fixture:read')
    const authority = new URL(host.url).host
    const started = performance.now()
    const headers = open(`POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nX-Drip: `)
    const dripping = setInterval(() => headers.socket.write('x'), 500)
    const body = open(
      `POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: 1000\r\n\r\n{`,
    )
    expect((await callTool('modern', host.url, token, 'fixture_anyone')).status).to.equal(200)
    const seen = await Promise.race([headers.ended.then(() => performance.now() - started), delay(16_000, Infinity)])
    clearInterval(dripping)
    expect(seen).to.be.within(9_000, 15_000)
    expect((await callTool('modern', host.url, token, 'fixture_anyone')).status).to.equal(200)
    const answer = await Promise.race([body.ended, delay(22_000, 'still open')])
    expect(answer).to.include('408')
  })

  it('responds 401 to a body that never comes, without waiting for it', async () => {
    const authority = new URL(host.url).host
    const { ended } = open(`POST /mcp HTTP/1.1\r\nHost: ${authority}\r\nContent-Length: 1000\r\n\r\n`)
    expect(await Promise.race([ended, delay(5_000, 'still open')])).to.match(/^HTTP\/1\.1 401 /)
  })

  for (const [name, status, head] of [
    ['two hosts', 403, ['Host: HOST', 'Host: attacker.example']],
    ['one host twice', 403, ['Host: HOST', 'Host: HOST']],
    ['no host', 400, ['X: y']],
    ['two lengths', 400, ['Host: HOST', 'Content-Length: 1', 'Content-Length: 2']],
    ['a length and chunks', 400, ['Host: HOST', 'Content-Length: 5', 'Transfer-Encoding: chunked']],
  ] as const) {
    it(`refuses ${name}, with ${String(status)}`, async () => {
      const lines = head.join('\r\n').replaceAll('HOST', new URL(host.url).host)
      const { socket } = open(`POST /mcp HTTP/1.1\r\n${lines}\r\n\r\n`)
      const first = once(socket, 'data').then(([chunk]) => String(chunk))
      const answer = await Promise.race([first, delay(5_000, 'still open')])
      expect(answer).to.match(new RegExp(`^HTTP/1\\.1 ${String(status)} `))
      socket.destroy()
    })
  }

  it('refuses a request target in absolute form', async () => {
    const authority = new URL(host.url).host
    const { ended } = open(
      `GET http://attacker.example/mcp HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`,
    )
    expect(await Promise.race([ended, delay(5_000, 'still open')])).to.match(/^HTTP\/1\.1 403 /)
  })
})
