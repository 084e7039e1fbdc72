import { expect } from 'chai'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, mcpHeaders, modernMeta, post, postModern } from './support/wire.ts'

const families = ['modern', 'legacy'] as const

describe('a call that ends', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startTestHost({ config: { tools: { fixture_aborting: { timeoutMs: 2_000 } } } })
    token = await host.token('fixture:read')
  })
  after(() => host.close())

  function textOf(result: Record<string, unknown>): string {
    const [item] = result.content as { readonly text: string }[]
    return item?.text ?? ''
  }

  for (const family of families) {
    describe(`by ${family} revisions`, () => {
      it('well: answers structured content with its text, from frozen arguments with defaults applied', async () => {
        const answer = await callTool(family, host.url, token, 'fixture_echo', { text: 'hello' })
        const result = answer.result()
        expect(result.structuredContent).to.deep.include({ args: { text: 'hello', times: 1 }, frozen: true })
        expect(JSON.parse(textOf(result))).to.deep.equal(result.structuredContent)
      })

      it('well: the tool knows its caller, and no token', async () => {
        const answer = await callTool(family, host.url, token, 'fixture_echo', { text: 'hello' })
        const { principal } = answer.result().structuredContent as { readonly principal: object }
        expect(principal).to.deep.equal({
          issuer: host.issuer.issuer,
          subject: 'user-1',
          clientId: 'test-client',
          scopes: ['fixture:read'],
          claims: {},
        })
        expect(answer.text).to.not.include(token.slice(0, 20))
      })

      it('with arguments that do not match: every fault with its JSON Pointer', async () => {
        const answer = await callTool(family, host.url, token, 'fixture_echo', { times: 0, more: 1 })
        expect(answer.status).to.equal(200)
        expect(answer.result().isError).to.equal(true)
        const words = textOf(answer.result())
        expect(words).to.include('/times')
        expect(words).to.include("'text'")
        expect(words).to.include('"more"')
      })

      it('with a ToolError: its words', async () => {
        const answer = await callTool(family, host.url, token, 'fixture_refusing')
        expect(answer.result()).to.deep.include({ isError: true })
        expect(textOf(answer.result())).to.equal('there is no such thing: list first')
      })

      const bland: Record<string, RegExp> = {
        fixture_faulty: /^The tool failed\. Correlation id: [0-9a-f-]{36}$/,
        fixture_slow: /^The tool did not answer within 100 ms\. Correlation id: [0-9a-f-]{36}$/,
        fixture_big: /^The tool answered too much\. Correlation id: [0-9a-f-]{36}$/,
        fixture_broken_output: /^The tool broke its own output schema\. Correlation id: [0-9a-f-]{36}$/,
      }
      for (const [tool, words] of Object.entries(bland)) {
        it(`badly (${tool}): bland words and a correlation id`, async () => {
          const answer = await callTool(family, host.url, token, tool)
          expect(answer.status).to.equal(200)
          expect(answer.result()).to.include({ isError: true })
          expect(textOf(answer.result())).to.match(words)
        })
      }
    })
  }

  it('keeps the detail of a fault in the log, under the correlation id, without what looks like a token', async () => {
    const answer = await callTool('modern', host.url, token, 'fixture_faulty')
    const id = /[0-9a-f-]{36}/.exec(answer.text)?.[0] ?? 'none'
    const lines = host.log.filter((line) => line.includes(id)).join('\n')
    expect(lines).to.include('database at /srv/secret/db refused')
    expect(lines).to.not.include('eyJ')
    expect(lines).to.include('[redacted]')
  })

  it('takes argument names of the prototype as names and nothing else', async () => {
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fixture_echo","arguments":{"text":"x","__proto__":{"times":9},"constructor":{"prototype":{"polluted":true}}}}}`
    const answer = await post(host.url, token, body)
    expect(answer.result().isError).to.equal(true)
    expect(Reflect.get({}, 'polluted')).to.equal(undefined)
  })

  describe('with progress', () => {
    for (const revision of ['2026-07-28', '2025-11-25']) {
      it(`streams it if the client sent a token, only rising figures (${revision})`, async () => {
        const params = { name: 'fixture_progress', _meta: { progressToken: 'p' } }
        const answer = await (revision === '2026-07-28'
          ? postModern(host.url, token, { method: 'tools/call', params })
          : post(
              host.url,
              token,
              { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
              { 'mcp-protocol-version': revision },
            ))
        expect(answer.headers['content-type']).to.match(/^text\/event-stream/)
        const messages = answer.text
          .split('\n')
          .filter((line) => line.startsWith('data: '))
          .map((line) => JSON.parse(line.slice(6)) as { params?: { progress: number } })
        expect(messages.flatMap((message) => message.params?.progress ?? [])).to.deep.equal([0, 50, 100])
        expect(textOf(answer.result())).to.equal('finished')
      })
    }

    it('leaves progress out for a reader that does not keep up, and never the answer', async () => {
      const recorded = (await host.audit()).length
      const { hostname, port, pathname } = new URL(host.url)
      const headers = { ...mcpHeaders, authorization: `Bearer ${token}`, 'mcp-protocol-version': '2025-11-25' }
      const outgoing = request({ hostname, port, path: pathname, method: 'POST', agent: false, headers })
      const params = { name: 'fixture_chatty', _meta: { progressToken: 'p' } }
      outgoing.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }))
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      const ended = async () => (await host.audit()).slice(recorded).some(({ type }) => type === 'outcome')
      while (!(await ended())) await delay(50)
      const lines = (await text(response)).split('\n').filter((line) => line.startsWith('data: '))
      expect(lines.length).to.be.within(2, 29_999)
      expect(lines.at(-1)).to.include('finished')
    })

    it('answers plain JSON if it did not', async () => {
      const answer = await callTool('modern', host.url, token, 'fixture_progress')
      expect(answer.headers['content-type']).to.match(/^application\/json/)
      expect(textOf(answer.result())).to.equal('finished')
    })
  })

  describe('before its answer', () => {
    const call = { name: 'fixture_aborting', arguments: {} }
    const count = async () =>
      Number(textOf((await callTool('modern', host.url, token, 'fixture_aborting', { ask: true })).result()))

    async function untilAborted(before: number): Promise<void> {
      for (let tries = 0; tries < 100 && (await count()) === before; tries++) await delay(20)
      expect(await count()).to.equal(before + 1)
    }

    const mirrored = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': call.name }
    const ways = {
      'of 2025-11-25': { headers: { 'mcp-protocol-version': '2025-11-25' }, params: call },
      'of 2026-07-28': { headers: mirrored, params: { ...call, _meta: modernMeta } },
      'of 2026-07-28 that streams': {
        headers: mirrored,
        params: { ...call, _meta: { ...modernMeta, progressToken: 'p' } },
      },
    }
    for (const [name, { headers, params }] of Object.entries(ways)) {
      it(`aborts the signal of the tool when the client goes away (a call ${name})`, async () => {
        const before = await count()
        const recorded = (await host.audit()).length
        const { hostname, port, pathname } = new URL(host.url)
        const outgoing = request({
          hostname,
          port,
          path: pathname,
          method: 'POST',
          agent: false,
          headers: { ...mcpHeaders, authorization: `Bearer ${token}`, ...headers },
        })
        let answered = false
        outgoing.on('response', (response) => {
          answered = true
          response.on('error', () => undefined)
        })
        outgoing.on('error', () => undefined)
        outgoing.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }))
        await delay(200)
        expect(answered).to.equal(name.endsWith('streams'))
        outgoing.destroy()
        await untilAborted(before)
        const records = (await host.audit()).slice(recorded)
        expect(records.flatMap((record) => (record.type === 'outcome' ? record.outcome : []))).to.include('cancelled')
      })
    }

    it('aborts the signal of the tool at its deadline', async () => {
      const before = await count()
      const answer = await callTool('modern', host.url, token, 'fixture_aborting')
      expect(textOf(answer.result())).to.match(/^The tool did not answer within 2000 ms/)
      await untilAborted(before)
    })
  })
})
