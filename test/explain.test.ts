import { loadConfig } from '@toolgate/config'
import { explainCall, inspectPolicy, listFor, readCaller, type InspectedPolicy } from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, listTools, type WireAnswer } from './support/wire.ts'

const scopeSets = [
  '',
  'fixture:read',
  'fixture:write fixture:read',
  'fixture:admin',
  'fixture:admin fixture:audit',
  'fixture:change',
  'fixture:change fixture:force',
  'fixture:secret',
  'fixture:operate unheard:of',
]

const calls: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['fixture_echo', {}],
  ['fixture_echo', { text: 'x', unknown: 1 }],
  ['fixture_write', {}],
  ['fixture_admin', {}],
  ['fixture_anyone', {}],
  ['fixture_conditional', {}],
  ['fixture_conditional', { force: true }],
  ['fixture_hidden', { number: 1 }],
  ['fixture_absent', {}],
]

/** What differs from request to request, by name. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member: unknown) => (key === 'requestId' ? 'id' : member)) as unknown
}

describe('what policy explain says', () => {
  let host: TestHost
  let inspected: InspectedPolicy
  before(async () => {
    host = await startTestHost({
      config: {
        tools: { fixture_hidden: { visibility: 'concealed' }, fixture_write: { visibility: 'listed' } },
        scopes: { 'fixture:force': { implies: ['fixture:change'] } },
      },
    })
    const environment = {}
    inspected = await inspectPolicy(
      await loadConfig({ file: join(host.folder, 'mcp.config.json'), folder: host.folder, environment }),
    )
  })
  after(() => host.close())

  async function explained(token: string, tool: string, args: unknown) {
    const caller = await readCaller(inspected, { token }, Math.floor(Date.now() / 1000))
    return explainCall(inspected, { tool, caller, args: { value: args } })
  }

  function expectSame(answer: WireAnswer, said: Awaited<ReturnType<typeof explained>>['answer']): void {
    expect(said?.status).to.equal(answer.status)
    expect(said?.headers['WWW-Authenticate']).to.equal(answer.headers['www-authenticate'])
    expect(said?.headers['Cache-Control']).to.equal(answer.headers['cache-control'])
    if (said?.body !== undefined) expect(withoutIds(said.body)).to.deep.equal(withoutIds(answer.json()))
  }

  for (const scopes of scopeSets) {
    it(`is what the wire answers to a caller with ${scopes || 'no scope'}`, async () => {
      const token = await host.token(scopes)
      for (const [tool, args] of calls) {
        const { answer, effect, argumentFaults } = await explained(token, tool, args)
        const wire = await callTool('legacy', host.url, token, tool, args)
        expectSame(wire, answer)
        const ran = wire.status === 200 && 'result' in wire.json() && argumentFaults.length === 0
        expect(ran, `${tool} ${effect}`).to.equal(effect === 'allow' && argumentFaults.length === 0)
        expect(argumentFaults.length === 0 || wire.result().isError === true).to.equal(true)
      }
      expect(listFor(inspected, scopes.split(' '))).to.deep.equal(
        (await listTools('legacy', host.url, token)).result().tools,
      )
    })
  }

  it('names the smallest scopes that get the call through, and none that could be left out', async () => {
    for (const [tool, args] of calls) {
      const { smallest } = await explained(await host.token(''), tool, args)
      if (smallest === undefined) continue
      const run = async (scopes: readonly string[]) =>
        (await explained(await host.token(scopes.join(' ')), tool, args)).effect !== 'deny'
      expect(await run(smallest), tool).to.equal(true)
      for (const scope of smallest) expect(await run(smallest.filter((other) => other !== scope)), tool).to.equal(false)
    }
  })

  it('is the 401 of the wire for a token that is refused', async () => {
    for (const options of [
      { expiresIn: -60 },
      { header: { typ: 'JWT' } },
      { claims: { aud: 'https://other.example' } },
    ]) {
      const token = await host.token('fixture:read', options)
      const said = await explained(token, 'fixture_echo', {})
      expect(said.caller.fault).to.be.a('string')
      const wire = await callTool('legacy', host.url, token, 'fixture_echo', {})
      expect(wire.status).to.equal(401)
      expectSame(wire, said.answer)
    }
  })
})
