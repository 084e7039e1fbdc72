import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import Koa from 'koa'
import type { HostState } from '../src/http/host-state.ts'
import { writeAnswer } from '../src/mcp/write-answer.ts'

describe('a prepared answer', () => {
  let server: Server
  afterEach(() => {
    server.close()
    server.closeAllConnections()
  })

  for (const head of ['{"result":"é","id":', Buffer.from('{"result":"é","id":')]) {
    it(`leaves at the end of its turn, whole, of ${typeof head === 'string' ? 'text' : 'bytes'}`, async () => {
      let ended: boolean | undefined
      const app = new Koa<HostState>()
      app.use((context) => {
        writeAnswer(context, { kind: 'prepared', status: 200, head, tail: '"ü"}' })
        ended = context.res.writableEnded
      })
      const answerBy = app.callback()
      server = createServer((request, response) => void answerBy(request, response))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const answer = await fetch(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`)
      expect(await answer.json()).to.deep.equal({ result: 'é', id: 'ü' })
      expect(answer.headers.get('content-length')).to.equal(String(Buffer.byteLength('{"result":"é","id":"ü"}')))
      expect(ended).to.equal(false)
    })
  }
})
