import { expect } from 'chai'
import Koa from 'koa'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorResponse } from '../src/http/error-response.ts'
import type { HostState } from '../src/http/host-state.ts'
import { createLogger } from '../src/logger.ts'

describe('an unexpected fault of the host', () => {
  const lines: string[] = []
  let server: Server
  let origin: string
  before(async () => {
    const app = new Koa<HostState>()
    app.use(
      errorResponse({
        logger: createLogger({ level: 'info', secrets: ['hunter2-secret'], write: (line) => lines.push(line) }),
      }),
    )
    app.use(() => {
      throw new Error('cannot open /srv/secret/file with hunter2-secret and eyJhbGciOiJFUzI1NiJ9.e30.x')
    })
    const handle = app.callback()
    server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })

  it('responds 500 with -32603, a correlation id, and nothing of what happened', async () => {
    const answer = await fetch(origin)
    expect(answer.status).to.equal(500)
    const body = (await answer.json()) as { readonly error: { readonly data: { readonly correlationId: string } } }
    expect(body.error).to.deep.include({ code: -32603, message: 'Internal error' })
    expect(JSON.stringify(body)).to.not.match(/srv|hunter2|eyJ|Error:/)
    expect(lines.join()).to.include(body.error.data.correlationId)
  })

  it('keeps the detail in the log, without tokens and secrets', () => {
    expect(lines.join()).to.include('cannot open /srv/secret/file with [redacted] and [redacted]')
  })

  it('gives a browser the same status with a page', async () => {
    const answer = await fetch(origin, { headers: { accept: 'text/html' } })
    expect(answer.status).to.equal(500)
    expect(await answer.text())
      .to.include('Internal Server Error')
      .and.not.match(/srv|hunter2/)
  })
})
