import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { expect } from 'chai'
import { KeyFetchError } from '../src/errors.ts'
import { fetchDocument } from '../src/fetch-document.ts'
import type { FetchOptions } from '../src/fetch-document.ts'
import { fetchJson } from '../src/fetch-json.ts'

describe('a document of an issuer', () => {
  let server: Server
  let url: string
  let answer: RequestListener
  let asked: IncomingMessage[]

  beforeEach(async () => {
    asked = []
    server = createServer((request, response) => {
      asked.push(request)
      answer(request, response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    url = `http://127.0.0.1:${String(address.port)}/document`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  function optionsWith(more: Partial<FetchOptions> = {}): FetchOptions {
    return { fetch, timeoutMs: 5_000, maxBytes: 100, signal: new AbortController().signal, ...more }
  }

  async function failureOf(document: Promise<unknown>): Promise<KeyFetchError> {
    const failure = await document.catch((error: unknown) => error)
    if (failure instanceof KeyFetchError) return failure
    throw new Error('it did not fail with a KeyFetchError', { cause: failure })
  }

  it('is asked for as JSON, with what the caller sends beside', async () => {
    answer = (_request, response) => response.end('{}')
    await fetchDocument(url, { method: 'POST', headers: { 'x-more': '1' }, body: 'a' }, optionsWith())
    expect(asked[0]).to.include({ method: 'POST' })
    expect(asked[0]?.headers).to.include({ accept: 'application/json', 'x-more': '1', 'content-length': '1' })
  })

  it('is handed out with its status, its type and its bytes', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}')
    const { status, contentType, body } = await fetchDocument(url, {}, optionsWith())
    expect({ status, contentType, text: new TextDecoder().decode(body) }).to.deep.equal({
      status: 200,
      contentType: 'application/json',
      text: '{"a":1}',
    })
  })

  it('has an empty type where none is said', async () => {
    answer = (_request, response) => response.end('{}')
    expect(await fetchDocument(url, {}, optionsWith())).to.include({ contentType: '' })
  })

  it('is empty where the answer has no body', async () => {
    const bodiless = () => Promise.resolve(new Response(null))
    expect((await fetchDocument(url, {}, optionsWith({ fetch: bodiless }))).body).to.have.lengthOf(0)
  })

  it('is empty with a status that has no body', async () => {
    answer = (_request, response) => response.writeHead(204).end()
    const { status, body } = await fetchDocument(url, {}, optionsWith())
    expect(status).to.equal(204)
    expect(body).to.have.lengthOf(0)
  })

  it('may be as long as the limit, and no byte longer', async () => {
    answer = (request, response) => response.end('x'.repeat(request.headers['x-long'] === '1' ? 101 : 100))
    expect((await fetchDocument(url, {}, optionsWith())).body).to.have.lengthOf(100)
    const failure = await failureOf(fetchDocument(url, { headers: { 'x-long': '1' } }, optionsWith()))
    expect(failure).to.include({ code: 'unusable', message: 'more than 100 bytes' })
  })

  for (const status of [201, 302, 404, 500]) {
    it(`is not read with status ${String(status)}, and its connection is let go`, async () => {
      let ended: Promise<unknown> | undefined
      answer = (_request, response) => {
        ended = once(response, 'close')
        response.writeHead(status, { location: '/elsewhere' }).write('{"secret":1}')
      }
      const document = await fetchDocument(url, {}, optionsWith())
      expect(document.status).to.equal(status)
      expect(document.body).to.have.lengthOf(0)
      await ended
      expect(asked).to.have.lengthOf(1)
    })
  }

  it('is given up when it is not whole in time, and the log says so', async () => {
    answer = (_request, response) => void response.write('{')
    const failure = await failureOf(fetchDocument(url, {}, optionsWith({ timeoutMs: 50 })))
    expect(failure).to.include({ code: 'unreachable', message: `no whole answer within 50 ms from ${url}` })
    expect(failure.cause).to.have.property('name', 'TimeoutError')
  })

  it('is given up when the host closes', async () => {
    const closing = new AbortController()
    answer = () => {
      closing.abort()
    }
    const failure = await failureOf(fetchDocument(url, {}, optionsWith({ signal: closing.signal })))
    expect(failure).to.include({ code: 'unreachable', message: `no answer from ${url}` })
  })

  it('is unreachable where the connection is cut', async () => {
    answer = (request) => request.socket.destroy()
    const failure = await failureOf(fetchDocument(url, {}, optionsWith()))
    expect(failure).to.include({ code: 'unreachable', message: `no answer from ${url}` })
    expect(failure.cause).to.be.instanceOf(Error)
  })

  describe('that is to be a JSON object', () => {
    function sends(body: string | Buffer, status = 200): void {
      answer = (_request, response) => response.writeHead(status).end(body)
    }

    it('is parsed', async () => {
      sends('{"keys":[]}')
      expect(await fetchJson(url, optionsWith())).to.deep.equal({ keys: [] })
      expect(asked[0]).to.have.property('method', 'GET')
    })

    const unusable: readonly (readonly [what: string, body: string | Buffer, fault: string, status?: number])[] = [
      ['with another status', '{}', 'status 203 from', 203],
      ['that is a page', '<html>', 'no UTF-8 JSON at'],
      ['whose bytes are not UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), 'no UTF-8 JSON at'],
      ['that is null', 'null', 'no JSON object at'],
      ['that is a list', '[{}]', 'no JSON object at'],
      ['that is a text', '"keys"', 'no JSON object at'],
    ]
    for (const [what, body, fault, status] of unusable) {
      it(`does not do ${what}`, async () => {
        sends(body, status)
        const failure = await failureOf(fetchJson(url, optionsWith()))
        expect(failure).to.include({ code: 'unusable', message: `${fault} ${url}` })
        expect(failure.cause instanceof Error).to.equal(fault.startsWith('no UTF-8'))
      })
    }
  })
})
