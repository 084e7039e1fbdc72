import type { DecisionRecord } from '@toolgate/audit'
import { loadConfig } from '@toolgate/config'
import { explainCall, explainDenial, inspectPolicy, readCaller } from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { runToolgate } from '../packages/cli/test/support/run-toolgate.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { callTool, listTools, post, type WireAnswer } from './support/wire.ts'

const scope = 'fixture:read fixture:write fixture:change fixture:operate email'
const tools = {
  fixture_write: { visibility: 'listed', requires: { maxAgeSeconds: 300 } },
  fixture_admin: { requires: { acr: ['gold', 'silver'] } },
  fixture_conditional: { requires: { acr: ['silver', 'bronze'], maxAgeSeconds: 60 } },
  fixture_anyone: { requires: { acr: ['bronze'] } },
  fixture_echo: { requires: { maxAgeSeconds: 300 } },
  fixture_hidden: { visibility: 'concealed', requires: { maxAgeSeconds: 300 } },
}

function challengeOf(answer: WireAnswer): string {
  return answer.headers['www-authenticate'] ?? ''
}

const secondsAgo = (age: number) => Math.floor(Date.now() / 1000) - age

describe('a tool that asks for a recent or strong sign-in', () => {
  let host: TestHost
  let passedMs = 0
  before(async () => {
    host = await startTestHost({ config: { tools }, clock: () => Date.now() + passedMs })
  })
  afterEach(() => (passedMs = 0))
  after(() => host.close())

  const token = (claims: Readonly<Record<string, unknown>>, scopes = scope) => host.token(scopes, { claims })
  const metadata = () => `resource_metadata="${host.origin}/.well-known/oauth-protected-resource/mcp"`
  const error =
    'Bearer error="insufficient_user_authentication", error_description="A newer or stronger sign-in is needed"'
  const lastDecision = async (): Promise<DecisionRecord> => {
    const record = (await host.audit()).findLast((one) => one.type === 'decision')
    if (record === undefined) throw new Error('nothing is in the audit')
    return record
  }

  for (const family of ['modern', 'legacy'] as const) {
    it(`responds 401 with max_age and every scope to keep, and says what to do (${family})`, async () => {
      const answer = await callTool(family, host.url, await token({ auth_time: secondsAgo(400) }), 'fixture_write')
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.equal(
        `${error}, max_age="300", scope="fixture:write fixture:read fixture:change fixture:operate", ${metadata()}`,
      )
      expect(answer.headers['cache-control']).to.equal('no-store')
      expect(answer.headers['content-type']).to.match(/^application\/json/)
      const { code, message, data } = answer.error()
      expect(code).to.equal(-32003)
      expect(message).to.equal('fixture_write needs a sign-in of the last 300 seconds: sign in again, then call again.')
      expect(data).to.deep.include({ tool: 'fixture_write', requires: { maxAgeSeconds: 300 } })
      expect(data?.requestId).to.be.a('string')
    })

    it(`responds 401 with acr_values (${family})`, async () => {
      const answer = await callTool(family, host.url, await token({ acr: 'bronze' }), 'fixture_admin')
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.match(
        /^Bearer error="insufficient_user_authentication", error_description="[^"]+", acr_values="gold silver", scope="fixture:operate /,
      )
      expect(answer.error().message).to.include('with acr gold or silver')
    })

    it(`lets the call through once the sign-in is as the challenge says (${family})`, async () => {
      const fresh = await token({ auth_time: secondsAgo(10), acr: 'silver' })
      for (const name of ['fixture_write', 'fixture_admin', 'fixture_conditional']) {
        expect((await callTool(family, host.url, fresh, name)).status, name).to.equal(200)
      }
    })

    it(`lists such tools to everybody who holds their scopes (${family})`, async () => {
      const names = async (claims: object) => {
        const { result } = await listTools(family, host.url, await token({ ...claims })).then((answer) => ({
          result: answer.result() as { tools: { name: string }[] },
        }))
        return result.tools.map(({ name }) => name)
      }
      const stale = await names({})
      expect(stale).to.include.members(['fixture_write', 'fixture_admin', 'fixture_conditional', 'fixture_anyone'])
      expect(stale).to.deep.equal(await names({ auth_time: secondsAgo(1), acr: 'silver' }))
    })
  }

  for (const [what, claims] of [
    ['no auth_time', {}],
    ['an auth_time that is a text', { auth_time: String(secondsAgo(1)) }],
    ['an auth_time that is null', { auth_time: null }],
    ['an auth_time below zero', { auth_time: -1 }],
    ['an auth_time in milliseconds', { auth_time: Date.now() }],
    ['an auth_time ahead by more than the clock may be', { auth_time: secondsAgo(-60) }],
    ['an iat alone', { iat: secondsAgo(1) }],
  ] as const) {
    it(`takes ${what} for no recent sign-in`, async () => {
      const answer = await callTool('modern', host.url, await token(claims), 'fixture_write')
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.include('max_age="300"')
    })
  }

  for (const acr of [['gold'], 'Gold', 'gold silver', '', 1, { gold: true }]) {
    it(`takes the acr ${JSON.stringify(acr)} for no strong sign-in`, async () => {
      const answer = await callTool('modern', host.url, await token({ acr }), 'fixture_admin')
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.include('acr_values="gold silver"')
    })
  }

  it('judges by the clock at every call, also a token that is in the cache', async () => {
    const held = await token({ auth_time: secondsAgo(250) })
    expect((await callTool('modern', host.url, held, 'fixture_write')).status).to.equal(200)
    passedMs = 51_000
    const later = await callTool('modern', host.url, held, 'fixture_write')
    expect(later.status).to.equal(401)
    expect(challengeOf(later)).to.include('insufficient_user_authentication')
    passedMs = 0
    expect((await callTool('modern', host.url, held, 'fixture_write')).status).to.equal(200)
  })

  it('asks for scopes first, and tells a caller without them nothing of the sign-in', async () => {
    const answer = await callTool('modern', host.url, await token({}, 'fixture:read'), 'fixture_write')
    expect(answer.status).to.equal(403)
    expect(challengeOf(answer)).to.match(/^Bearer error="insufficient_scope", scope=/)
    expect(answer.text).to.not.include('sign-in of')
    const hidden = await callTool('modern', host.url, await token({}, 'fixture:read'), 'fixture_hidden', { number: 1 })
    expect(hidden.status).to.equal(200)
    expect(hidden.error().message).to.equal('Unknown tool: fixture_hidden')
  })

  it('names the faults of the arguments before it asks anybody to sign in, and records it so', async () => {
    const answer = await callTool('modern', host.url, await token({}), 'fixture_echo', { text: 1 })
    expect(answer.status).to.equal(200)
    expect(answer.result()).to.have.property('isError', true)
    const records = (await host.audit()).slice(-2)
    expect(records[0]).to.include({ type: 'decision', effect: 'depends-on-arguments' })
    expect(records[1]).to.include({ type: 'outcome', outcome: 'invalid-arguments' })
  })

  it('asks for the scopes of a condition with 403, and for the sign-in after that', async () => {
    const first = await callTool('modern', host.url, await token({}), 'fixture_conditional', { force: true })
    expect(first.status).to.equal(403)
    const stepped = /scope="([^"]*)"/.exec(challengeOf(first))?.[1] ?? ''
    const second = await callTool('modern', host.url, await token({}, stepped), 'fixture_conditional', { force: true })
    expect(second.status).to.equal(401)
    expect(challengeOf(second)).to.include(
      'acr_values="silver bronze", max_age="60", scope="fixture:change fixture:force',
    )
  })

  it('does not run, and stands in the audit with its reason and the sign-in that was seen', async () => {
    const authTime = secondsAgo(400)
    await callTool('modern', host.url, await token({ auth_time: authTime, acr: 'bronze' }), 'fixture_write')
    const record = await lastDecision()
    expect(record).to.include({ effect: 'stale', tool: 'fixture_write' })
    expect(record.reason).to.match(/; signed in 4\d\d seconds ago, 300 allowed$/)
    expect(record.authentication).to.include({ acr: 'bronze', authTime })
    const { requestId } = record
    expect((await host.audit()).filter((one) => 'requestId' in one && one.requestId === requestId)).to.have.length(1)
  })

  it('keeps the challenge under 4 KiB', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `fixture:read`.padEnd(30, String(index))).join(' ')
    const answer = await callTool('modern', host.url, await token({}, `${scope} ${many}`), 'fixture_write')
    expect(challengeOf(answer).length).to.be.below(4096)
    expect(challengeOf(answer)).to.include('max_age="300"').and.to.include('fixture:write')
  })

  describe('in a batch', () => {
    const call = (id: number, name: string, args: object = {}) => {
      return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }
    }
    const send = async (claims: object, ...names: readonly string[]) =>
      post(
        host.url,
        await token({ ...claims }),
        names.map((name, index) => call(index + 1, name)),
      )

    it('gets one challenge, with the strictest age and an acr that does for all', async () => {
      const before = (await host.audit()).length
      const answer = await send({}, 'fixture_write', 'fixture_conditional', 'fixture_admin')
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.include('acr_values="silver", max_age="60", scope="fixture:write fixture:change')
      expect(answer.error().data).to.deep.include({ tool: ['fixture_write', 'fixture_conditional', 'fixture_admin'] })
      const effects = (await host.audit()).slice(before).map((record) => record.type === 'decision' && record.effect)
      expect(effects).to.deep.equal(['stale', 'stale', 'stale'])
    })

    it('keeps what the sign-in is good for already', async () => {
      const answer = await send({ acr: 'silver', auth_time: secondsAgo(400) }, 'fixture_admin', 'fixture_write')
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.include('acr_values="gold silver", max_age="300"')
    })

    it('is told to call one by one where no sign-in does for all', async () => {
      const answer = await send({}, 'fixture_admin', 'fixture_anyone')
      expect(answer.status).to.equal(401)
      expect(challengeOf(answer)).to.include('insufficient_user_authentication').and.to.not.include('acr_values')
      expect(answer.error().message).to.match(/which no one sign-in is: call them one by one\.$/)
    })

    it('gets the 403 of one call before the 401 of another', async () => {
      const poorer = await post(host.url, await token({}, 'fixture:write'), [
        call(1, 'fixture_write'),
        call(2, 'fixture_conditional'),
      ])
      expect(poorer.status).to.equal(403)
      expect(challengeOf(poorer)).to.include('error="insufficient_scope"')
    })
  })

  describe('in explanations', () => {
    const inspect = async () => {
      const file = join(host.folder, 'mcp.config.json')
      return inspectPolicy(await loadConfig({ file, folder: host.folder, environment: {} }))
    }

    it('is explained like the wire answers, by what the token says', async () => {
      const inspected = await inspect()
      for (const claims of [{}, { auth_time: secondsAgo(400) }, { auth_time: secondsAgo(1), acr: 'silver' }]) {
        for (const tool of ['fixture_write', 'fixture_admin', 'fixture_conditional']) {
          const compact = await token(claims)
          const caller = await readCaller(inspected, { token: compact }, Date.now() / 1000)
          const { answer } = explainCall(inspected, { tool, caller, args: { value: {} } })
          const wire = await callTool('legacy', host.url, compact, tool)
          expect(answer?.status).to.equal(wire.status)
          expect(answer?.headers['WWW-Authenticate']).to.equal(wire.headers['www-authenticate'])
          if (answer?.body !== undefined) {
            expect(answer.body).to.have.nested.property('error.message', wire.error().message)
          }
        }
      }
    })

    it('is told by why with the very answer, and with a mend for each side', async () => {
      const wire = await callTool(
        'legacy',
        host.url,
        await token({ auth_time: secondsAgo(400) }),
        'fixture_conditional',
      )
      const { sameRules, explanation, mends } = explainDenial(await inspect(), await lastDecision())
      expect(sameRules).to.equal(true)
      expect(explanation.answer?.status).to.equal(401)
      expect(explanation.answer?.headers['WWW-Authenticate']).to.equal(wire.headers['www-authenticate'])
      expect(explanation.answer?.body).to.deep.equal(wire.json())
      expect(mends?.client).to.include('max_age=60 and acr_values=silver bronze')
      expect(mends?.operator).to.include(`if ${host.issuer.issuer} puts auth_time and acr into its access tokens`)
    })

    it('says that scopes alone tell nothing of the sign-in', async () => {
      const { stdout } = await runToolgate(
        ['policy', 'explain', '--tool', 'fixture_write', '--scopes', 'fixture:write', '--args', '{}'],
        { folder: host.folder },
      )
      expect(stdout)
        .to.match(/^fixture_write {2}needs a new sign-in: nothing is known of the sign-in$/m)
        .and.to.include(
          'needs a sign-in of the last 300 seconds: nothing is known of the sign-in [tools.fixture_write.requires]',
        )
        .and.to.include('Smallest scopes that allow it: fixture:write, with a sign-in of the last 300 seconds')
        .and.to.include('HTTP 401')
        .and.to.include('a token or its claims say more')
    })

    it('stands in the table of check, in view and in the matrix', async () => {
      const run = async (...args: string[]) => (await runToolgate(args, { folder: host.folder })).stdout
      expect(await run('check')).to.match(/^fixture_write +fixture +fixture:write, a sign-in of the last 300 seconds/m)
      expect(await run('policy', 'view', '--scopes', 'fixture:write')).to.match(
        /^fixture_write +allowed if the sign-in is as the tool asks for$/m,
      )
      expect(await run('policy', 'matrix'))
        .to.match(/^fixture_write .* fresh /m)
        .and.to.include('fresh: enough if the sign-in')
    })
  })
})
