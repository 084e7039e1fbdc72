import { expect } from 'chai'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, listTools, post } from './support/wire.ts'

describe('a limit of calls at once', () => {
  let host: TestHost
  before(async () => {
    host = await startTestHost({ config: { limits: { concurrentCalls: 3 } } })
  })
  after(() => host.close())

  it('responds 429 with Retry-After to the call beyond it, and to no other caller', async () => {
    const token = await host.token('fixture:read')
    const running = Array.from({ length: 3 }, () => callTool('modern', host.url, token, 'fixture_slow'))
    await new Promise((resolve) => setTimeout(resolve, 40))
    const beyond = await callTool('modern', host.url, token, 'fixture_anyone')
    expect(beyond.status).to.equal(429)
    expect(beyond.headers['retry-after']).to.equal('1')
    const other = await host.token('fixture:read', { subject: 'somebody else' })
    expect((await callTool('modern', host.url, other, 'fixture_anyone')).status).to.equal(200)
    expect((await listTools('modern', host.url, token)).status).to.equal(200)
    await Promise.all(running)
  })

  it('keeps the place of a handler that goes on after its deadline', async () => {
    const token = await host.token('fixture:read', { subject: 'patient' })
    await Promise.all(Array.from({ length: 3 }, () => callTool('legacy', host.url, token, 'fixture_slow')))
    expect((await callTool('legacy', host.url, token, 'fixture_anyone')).status).to.equal(429)
  })

  it('gives places back after calls that ended, were denied, unknown or badly called', async () => {
    const token = await host.token('fixture:read', { subject: 'busy' })
    for (let round = 0; round < 4; round++) {
      expect((await callTool('modern', host.url, token, 'fixture_anyone')).status).to.equal(200)
      expect((await callTool('modern', host.url, token, 'fixture_write')).status).to.equal(403)
      expect((await callTool('modern', host.url, token, 'fixture_absent')).status).to.equal(200)
      expect((await callTool('modern', host.url, token, 'fixture_echo', {})).status).to.equal(200)
    }
  })

  it('counts each call of a batch', async () => {
    const token = await host.token('fixture:read', { subject: 'batching' })
    const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'fixture_anyone' } })
    expect((await post(host.url, token, [1, 2, 3, 4].map(call))).status).to.equal(429)
    expect((await post(host.url, token, [1, 2, 3].map(call))).status).to.equal(200)
  })
})
