import { expect } from 'chai'
import Koa from 'koa'
import { once } from 'node:events'
import { request, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { HostState } from '../src/http/host-state.ts'
import { listen } from '../src/http-server.ts'

interface Ending {
  readonly status: number | undefined
  readonly error: string | undefined
}

function get(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Ending> {
  return new Promise((resolve) => {
    request({ port, path, headers, host: '127.0.0.1', agent: false })
      .on('response', (response) => {
        response.resume().on('end', () => {
          resolve({ status: response.statusCode, error: undefined })
        })
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        resolve({ status: undefined, error: error.code })
      })
      .end()
  })
}

describe('the server of the host', () => {
  const address = { host: '127.0.0.1', port: 0 }

  function appThat(answers: (path: string) => Promise<unknown>): RequestListener {
    const app = new Koa<HostState>()
    app.use(async (context) => {
      await answers(context.path)
      context.body = 'done'
    })
    app.on('error', () => undefined)
    const answer = app.callback()
    return (request, response) => void answer(request, response)
  }

  it('refuses over 100 header lines, none of which it leaves out in silence', async () => {
    const server = await listen(
      appThat(() => Promise.resolve()),
      address,
    )
    const headers = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${String(index)}`, 'y']))
    expect(await get(server.port, '/', headers(90))).to.include({ status: 200 })
    expect(await get(server.port, '/', headers(101))).to.include({ status: 431 })
    await server.drain()
  })

  it('lets requests finish when it is drained, takes no others, and cuts what is left after 10 s', async () => {
    const slowly = appThat((path) => (path === '/never' ? new Promise(() => undefined) : delay(500)))
    const server = await listen((request, response) => {
      if (request.url === '/large') response.end(Buffer.alloc(32 * 1024 * 1024))
      else slowly(request, response)
    }, address)
    const unread = connect(server.port, '127.0.0.1').on('error', () => undefined)
    unread.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(unread, 'readable')
    const never = get(server.port, '/never')
    const slow = get(server.port, '/slow')
    await delay(100)
    const began = performance.now()
    const drained = server.drain()
    expect(await get(server.port, '/late')).to.include({ error: 'ECONNREFUSED' })
    expect(await slow).to.include({ status: 200 })
    expect(await never).to.include({ error: 'ECONNRESET' })
    await drained
    expect(performance.now() - began).to.be.within(9_900, 12_000)
    unread.destroy()
  })

  it('lets a slow client take the rest of its answer when it is drained, and then ends the connection', async () => {
    const answer = Buffer.alloc(32 * 1024 * 1024, 'a')
    const server = await listen((_request, response) => {
      response.end(answer)
    }, address)
    const socket = connect(server.port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'readable')
    const drained = server.drain()
    // As long as several sweeps over idle connections.
    await delay(300)
    let bytes = 0
    for await (const chunk of socket as AsyncIterable<Buffer>) bytes += chunk.length
    expect(bytes).to.be.greaterThan(answer.length)
    await drained
  })
})
