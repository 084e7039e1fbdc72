import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { post } from './support/wire.ts'

function call(id: number, name: string, args: object = {}) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }
}

describe('a batch', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startTestHost()
    token = await host.token('fixture:read')
  })
  after(() => host.close())

  it('is answered in order at 2025-03-26', async () => {
    const batch = [
      call(1, 'fixture_anyone'),
      { jsonrpc: '2.0', method: 'notifications/x' },
      { jsonrpc: '2.0', id: 2, method: 'ping' },
    ]
    const answer = await post(host.url, token, batch, { 'mcp-protocol-version': '2025-03-26' })
    expect(answer.status).to.equal(200)
    expect((answer.json() as unknown as { id: number }[]).map(({ id }) => id)).to.deep.equal([1, 2])
  })

  it('is what a client without a version header may send', async () => {
    expect((await post(host.url, token, [call(1, 'fixture_anyone')])).status).to.equal(200)
  })

  it('responds 202 to notifications alone', async () => {
    expect((await post(host.url, token, [{ jsonrpc: '2.0', method: 'notifications/x' }])).status).to.equal(202)
  })

  it('runs nothing if one item is denied: 403 for the whole, with all scopes in one challenge', async () => {
    const before = (await host.audit()).length
    const batch = [call(1, 'fixture_echo', { text: 'x' }), call(2, 'fixture_write'), call(3, 'fixture_conditional')]
    const answer = await post(host.url, token, batch)
    expect(answer.status).to.equal(403)
    expect(answer.headers['www-authenticate']).to.include('scope="fixture:write fixture:change fixture:read"')
    const records = (await host.audit()).slice(before)
    expect(records.map((record) => record.type === 'decision' && record.effect)).to.deep.equal(['deny', 'deny'])
  })

  it('does not stream: progress is left out', async () => {
    const message = {
      ...call(1, 'fixture_progress'),
      params: { name: 'fixture_progress', _meta: { progressToken: 1 } },
    }
    const answer = await post(host.url, token, [message])
    expect(answer.headers['content-type']).to.match(/^application\/json/)
    expect(answer.text).to.include('finished')
  })

  const refused: Record<string, unknown[]> = {
    empty: [],
    'over 50': Array.from({ length: 51 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' })),
    'with initialize': [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      },
    ],
    'with one id twice': [call(1, 'fixture_anyone'), call(1, 'fixture_anyone')],
    'with a bad item': [call(1, 'fixture_anyone'), 7],
    'in a batch': [[call(1, 'fixture_anyone')]],
  }
  for (const [name, batch] of Object.entries(refused)) {
    it(`responds 400 -32600 to one ${name}`, async () => {
      const answer = await post(host.url, token, batch)
      expect(answer.status).to.equal(400)
      expect(answer.error().code).to.equal(-32600)
    })
  }

  for (const version of ['2026-07-28', '2025-11-25', '2025-06-18', '2024-11-05']) {
    it(`responds 400 -32600 at ${version}`, async () => {
      const answer = await post(host.url, token, [call(1, 'fixture_anyone')], { 'mcp-protocol-version': version })
      expect(answer.status).to.equal(400)
      expect(answer.error().code).to.equal(-32600)
    })
  }
})
