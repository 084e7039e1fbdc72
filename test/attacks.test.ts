import { expect } from 'chai'
import { rm } from 'node:fs/promises'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { badResults, badThrows, hostilePlugins, secret } from './support/hostile-plugin.ts'
import { startTestHost, temporaryFolder, type TestHost } from './support/host.ts'
import { callTool, mcpHeaders, post, postModern, send, type WireAnswer } from './support/wire.ts'

const families = ['modern', 'legacy'] as const

describe('an attack', () => {
  let folder: string
  let host: TestHost
  let token: string
  before(async () => {
    folder = await temporaryFolder()
    host = await startTestHost({ plugins: await hostilePlugins(folder), config: { initialScopes: ['hostile:read'] } })
    token = await host.token('hostile:read')
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })

  function textOf(answer: WireAnswer): string {
    const [item] = answer.result().content as { readonly text: string }[]
    return item?.text ?? ''
  }

  async function outcomes(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = (await host.audit()).length
    await work()
    const records = (await host.audit()).slice(before)
    return records.flatMap((record) =>
      record.type === 'decision' ? [record.effect] : record.type === 'outcome' ? [record.outcome] : [],
    )
  }

  describe('by a plugin that lies', () => {
    for (const family of families) {
      for (const name of [...Object.keys(badResults), ...Object.keys(badThrows)]) {
        it(`is a bland failure with an outcome, by ${family} revisions: ${name}`, async () => {
          const recorded = await outcomes(async () => {
            const answer = await callTool(family, host.url, token, `hostile_${name}`, {})
            expect(answer.status).to.equal(200)
            expect(answer.result().isError).to.equal(true)
            expect(textOf(answer)).to.match(/^The tool failed\. Correlation id: [0-9a-f-]{36}$/)
            expect(answer.text).to.not.include(secret)
          })
          expect(recorded).to.deep.equal(['allow', 'failed'])
        })
      }

      it(`cannot send more than was measured, by ${family} revisions`, async () => {
        expect(textOf(await callTool(family, host.url, token, 'hostile_grows', {}))).to.equal('small')
      })

      it(`cannot send other structured content than was checked, by ${family} revisions`, async () => {
        const answer = await callTool(family, host.url, token, 'hostile_changes', {})
        expect(answer.result().structuredContent).to.deep.equal({ count: 1 })
      })

      it(`cannot speak for the host beside its content, by ${family} revisions`, async () => {
        const answer = await callTool(family, host.url, token, 'hostile_speaks_for_the_host', {})
        expect(answer.json().id).to.equal(1)
        const { resultType = 'complete', ...result } = answer.result()
        expect(resultType).to.equal('complete')
        expect(Object.keys(result)).to.have.members(family === 'modern' ? ['content', '_meta'] : ['content'])
      })
    }

    it('reports only finite figures and short words, and never ends the process by it', async () => {
      const params = { name: 'hostile_odd_progress', arguments: {}, _meta: { progressToken: 'p' } }
      const answer = await postModern(host.url, token, { method: 'tools/call', params })
      const notifications = answer.text
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => JSON.parse(line.slice(6)) as { readonly params?: Record<string, unknown> })
        .flatMap((message) => message.params ?? [])
      expect(notifications).to.deep.equal([
        { progressToken: 'p', progress: 1 },
        { progressToken: 'p', progress: 2, total: 3, message: 'x'.repeat(1000) },
      ])
      expect(textOf(answer)).to.equal('done')
    })

    it('may report progress after its end, into nothing', async () => {
      const params = { name: 'hostile_late_progress', arguments: {}, _meta: { progressToken: 'p' } }
      expect(textOf(await postModern(host.url, token, { method: 'tools/call', params }))).to.equal('done')
      await delay(100)
      expect(textOf(await callTool('modern', host.url, token, 'hostile_late_calls', {}))).to.equal('1')
    })
  })

  describe('by the params of a call', () => {
    for (const family of families) {
      for (const args of [null, [], 'text', 7, false]) {
        it(`is told as arguments that do not match: ${JSON.stringify(args)} by ${family} revisions`, async () => {
          const params = { name: 'hostile_takes_anything', arguments: args }
          const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
          const recorded = await outcomes(async () => {
            const answer = await (family === 'modern'
              ? postModern(host.url, token, { method: 'tools/call', params })
              : post(host.url, token, message, { 'mcp-protocol-version': '2025-11-25' }))
            expect(answer.result().isError).to.equal(true)
            expect(textOf(answer)).to.equal('The arguments do not match the input schema:\n/: must be object')
          })
          expect(recorded).to.deep.equal(['allow', 'invalid-arguments'])
        })
      }
    }

    for (const [name, extra] of Object.entries({
      task: { task: 5 },
      requestState: { requestState: 5, inputResponses: 5 },
    })) {
      it(`leaves no allowed call without an outcome: ${name}`, async () => {
        const params = { name: 'hostile_takes_anything', arguments: {}, ...extra }
        const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
        const call = () => post(host.url, token, message, { 'mcp-protocol-version': '2025-11-25' })
        expect(await outcomes(call)).to.deep.equal(['allow', 'ok'])
      })
    }
  })

  describe('by the request', () => {
    it('responds 415 to two Content-Type headers, whichever is right', async () => {
      const types = ['application/json', 'text/plain']
      for (const type of [types, types.toReversed()]) {
        const headers = { ...mcpHeaders, authorization: `Bearer ${token}`, 'content-type': type }
        const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
        expect((await send(host.origin, { method: 'POST', path: '/mcp', headers, body })).status).to.equal(415)
      }
    })

    it('responds 404 to metadata paths that differ by case or a slash', async () => {
      const path = '/.well-known/oauth-protected-resource/mcp'
      expect((await send(host.origin, { path })).status).to.equal(200)
      for (const other of [`${path}/`, path.toUpperCase(), path.replace('mcp', 'MCP')]) {
        expect((await send(host.origin, { path: other })).status, other).to.equal(404)
      }
    })

    it('cannot fill the log with its path', async () => {
      const lines = host.log.length
      expect((await send(host.origin, { path: `/${'x'.repeat(8_000)}` })).status).to.equal(404)
      expect(host.log.slice(lines).join('').length).to.be.within(1, 1_000)
    })

    it('keeps the challenge under 4 KiB, whatever a batch asks for', async () => {
      const call = (id: number, name: string) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } })
      const one = await post(host.url, token, [call(1, 'hostile_wants_much')])
      expect(one.headers['www-authenticate']).to.match(/scope="a{120}:0 /)
      const both = await post(host.url, token, [call(1, 'hostile_wants_much'), call(2, 'hostile_wants_more')])
      expect(both.status).to.equal(403)
      expect(both.headers['www-authenticate']).to.match(/^Bearer error="insufficient_scope", resource_metadata="/)
      expect(both.error().data?.missing).to.have.lengthOf(40)
    })

    it('is no fault of the host if the client goes away before the answer', async () => {
      const { hostname, port, pathname } = new URL(host.url)
      const headers = { ...mcpHeaders, authorization: `Bearer ${token}` }
      const outgoing = request({ hostname, port, path: pathname, method: 'POST', agent: false, headers })
      outgoing.on('error', () => undefined)
      outgoing.end('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hostile_waits","arguments":{}}}')
      await delay(200)
      const lines = host.log.length
      outgoing.destroy()
      const later = () => host.log.slice(lines).join('')
      for (let tries = 0; tries < 50 && !later().includes('"refused"'); tries++) await delay(20)
      expect(later()).to.include('the client went away').and.not.include('"level":50')
    })
  })
})
