import { expect } from 'chai'
import { startAskingHost, askTool } from './support/asking/asking-host.ts'
import { openSession } from './support/asking/session-client.ts'
import type { TestHost } from './support/host.ts'
import { post, postModern, type WireAnswer } from './support/wire.ts'

const levelKey = 'io.modelcontextprotocol/logLevel'

describe('log messages for the client', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startAskingHost()
    token = await host.token('ask:use')
  })
  after(() => host.close())

  const told = ({ text }: { readonly text: string }) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice('data: '.length)) as Record<string, unknown>)
      .filter(({ method }) => method === 'notifications/message')
      .map(({ params }) => params as Record<string, unknown>)
  const askFor = (level: unknown, tool = 'tell_levels') =>
    askTool(host.url, token, tool, { meta: { [levelKey]: level } })
  const expectJson = (answer: WireAnswer) => {
    expect(answer.headers['content-type']).to.match(/^application\/json/)
    expect(answer.text).to.not.include('notifications/message')
  }

  describe('at revision 2026-07-28', () => {
    it('are sent for a request that asks for them, at its level and above', async () => {
      const answer = await askFor('warning')
      expect(answer.headers['content-type']).to.equal('text/event-stream')
      expect(told(answer).map(({ level }) => level)).to.deep.equal(['warning', 'emergency'])
      expect(told(answer)[0]).to.include({ logger: 'teller' })
      expect(answer.text).to.include('told')
    })

    it('are sent whole for debug', async () => {
      expect(told(await askFor('debug'))).to.have.length(3)
    })

    it('are not sent for a request that does not ask: the answer is JSON', async () => {
      expectJson(await askTool(host.url, token, 'tell_levels'))
    })

    it('have no method that sets a level', async () => {
      const answer = await postModern(host.url, token, { method: 'logging/setLevel', params: { level: 'debug' } })
      expect(answer.status).to.equal(404)
      expect(answer.error().code).to.equal(-32601)
    })
  })

  describe('at older revisions', () => {
    const setLevel = (level: string) => ({ jsonrpc: '2.0', id: 5, method: 'logging/setLevel', params: { level } })
    const call = { jsonrpc: '2.0', id: 6, method: 'tools/call', params: { name: 'tell_levels', arguments: {} } }

    it('are sent in a session that has set a level, to that session alone', async () => {
      const [session, other] = [await openSession(host.url, token), await openSession(host.url, token)]
      const answer = await session.post(setLevel('warning'))
      expect([answer.status, answer.result()]).to.deep.equal([200, {}])
      expect(told(await session.post(call)).map(({ level }) => level)).to.deep.equal(['warning', 'emergency'])
      expectJson(await other.post(call))
    })

    it('are not sent without a session, where nobody could set a level', async () => {
      const headers = { 'mcp-protocol-version': '2025-11-25' }
      expectJson(await post(host.url, token, call, headers))
      expect((await post(host.url, token, setLevel('debug'), headers)).error().code).to.equal(-32601)
    })

    it('refuse a level that there is none of', async () => {
      expect((await (await openSession(host.url, token)).post(setLevel('loud'))).error().code).to.equal(-32602)
    })
  })

  it('carry no token', async () => {
    const { text } = await askFor('debug')
    expect(text).to.include('[redacted]')
    expect(text).to.not.match(/abcdefghijklmnop|eyJhbGciOi/)
  })

  it('are left out where they are no log messages, and never a fault of the call', async () => {
    const answer = await askFor('debug', 'tell_badly')
    expect(told(answer).map(({ data }) => data)).to.deep.equal([
      '[left out: it is no JSON]',
      '[left out: 100002 characters]',
      null,
    ])
    expect(answer.text).to.include('told')
  })
})
