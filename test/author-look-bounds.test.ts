import { expect } from 'chai'
import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { gates, kept, looks, runs, signals } from './support/looking-plugin.ts'
import { shortLooks, startLookingHost } from './support/looking-host.ts'
import type { TestHost } from './support/host.ts'
import { callTool, mcpHeaders, post, postModern, type WireAnswer } from './support/wire.ts'

const families = ['modern', 'legacy'] as const
const toolOf = (id: number, name: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: `looking_${name}` },
})
const batchOf = (...names: readonly string[]) => names.map((name, index) => toolOf(index, name))
const countOf = (log: typeof runs) => [...log.values()].flat().length

function textOf(answer: WireAnswer): string {
  return (answer.result().content as { readonly text: string }[])[0]?.text ?? ''
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500 && !(await holds()); tries++) await delay(10)
  expect(await holds()).to.equal(true)
}

describe('the looks of tools’ authors at a batch', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startLookingHost()
    token = await host.token('look:read')
  })
  after(() => host.close())

  async function decisionsOf(act: () => Promise<unknown>) {
    const before = (await host.audit()).length
    await act()
    return (await host.audit()).slice(before).flatMap((record) => (record.type === 'decision' ? [record.effect] : []))
  }

  it('are all taken before anything runs: one denial answers 403 for the whole, with every scope of it', async () => {
    const ran = countOf(runs)
    let answer: WireAnswer | undefined
    const effects = await decisionsOf(async () => {
      answer = await post(host.url, token, batchOf('nothing', 'one', 'words', 'both'))
    })
    expect(answer?.status).to.equal(403)
    expect(answer?.headers['www-authenticate']).to.include('scope="look:read look:secret look:more"')
    expect(countOf(runs)).to.equal(ran)
    expect(effects).to.deep.equal(['deny', 'deny', 'refused'])
  })

  it('are not taken where a call of it is refused already', async () => {
    const tools = { looking_keeps: { scopes: ['look:more'] }, looking_late: { requires: { maxAgeSeconds: 60 } } }
    const strict = await startLookingHost({ tools })
    try {
      const looked = countOf(looks)
      const answers = []
      for (const refused of ['keeps', 'late']) {
        answers.push(await post(strict.url, await strict.token('look:read'), batchOf('nothing', refused, 'both')))
      }
      expect(answers.map(({ status }) => status)).to.deep.equal([403, 401])
      expect(answers[0]?.headers['www-authenticate']).to.include('error="insufficient_scope"')
      expect(answers[0]?.headers['www-authenticate']).to.include('scope="look:more look:read"')
      expect(answers[1]?.headers['www-authenticate']).to.include('error="insufficient_user_authentication"')
      expect(countOf(looks)).to.equal(looked)
      const effects = (await strict.audit()).flatMap((record) => (record.type === 'decision' ? [record.effect] : []))
      expect(effects).to.deep.equal(['deny', 'stale'])
      await post(strict.url, await strict.token('look:read'), batchOf('nothing', 'both'))
      expect(countOf(looks)).to.equal(looked + 2)
    } finally {
      await strict.close()
    }
  })

  it('refuse their own call alone', async () => {
    let answer: WireAnswer | undefined
    const effects = await decisionsOf(async () => {
      answer = await post(host.url, token, batchOf('nothing', 'throws', 'nothing'))
    })
    const results = answer?.json() as unknown as readonly { readonly result: { readonly isError?: boolean } }[]
    expect(results.map(({ result }) => result.isError === true)).to.deep.equal([false, true, false])
    expect(effects).to.deep.equal(['allow', 'refused', 'allow'])
  })

  it('share one deadline: none begins after it, however long another blocks', async () => {
    const short = await startLookingHost(shortLooks)
    try {
      const before = looks.get('hangs')?.length ?? 0
      const answer = await post(short.url, await short.token('look:read'), batchOf('blocks', 'hangs', 'hangs'))
      const results = answer.json() as unknown as readonly { readonly result: { readonly isError?: boolean } }[]
      expect(results.map(({ result }) => result.isError)).to.deep.equal([true, true, true])
      expect(looks.get('hangs')?.length ?? 0).to.equal(before)
    } finally {
      await short.close()
    }
  })
})

describe('a look that is given up', () => {
  let host: TestHost
  before(async () => {
    host = await startLookingHost({ limits: { ...shortLooks.limits, concurrentCalls: 2 } })
  })
  after(() => host.close())

  it('allows nothing when it settles after all', async () => {
    const token = await host.token('look:read', { subject: 'late' })
    const ran = countOf(runs)
    const answer = await callTool('modern', host.url, token, 'looking_settles_late')
    expect(answer.result()).to.include({ isError: true })
    const recorded = (await host.audit()).length
    for (const open of gates) open()
    await delay(20)
    expect(countOf(runs)).to.equal(ran)
    expect((await host.audit()).length).to.equal(recorded)
  })

  it('keeps the place of its call until it settles', async () => {
    const token = await host.token('look:read', { subject: 'patient' })
    const call = (tool: string) => callTool('modern', host.url, token, `looking_${tool}`)
    await Promise.all([call('settles_late'), call('settles_late')])
    expect((await call('nothing')).status).to.equal(429)
    for (const open of gates) open()
    await until(async () => (await call('nothing')).status === 200)
  })

  it('gives the place back at once if it has settled, however it ended', async () => {
    const token = await host.token('look:read', { subject: 'busy' })
    for (let round = 0; round < 4; round++) {
      expect((await callTool('modern', host.url, token, 'looking_both')).status).to.equal(403)
      expect((await callTool('legacy', host.url, token, 'looking_throws')).status).to.equal(200)
      expect((await callTool('legacy', host.url, token, 'looking_nothing')).status).to.equal(200)
    }
  })

  it('aborts the signal at the deadline', async () => {
    const token = await host.token('look:read', { subject: 'aborted' })
    const answer = await callTool('modern', host.url, token, 'looking_waits')
    expect(textOf(answer)).to.match(/did not judge it within 250 ms/)
    expect(signals.at(-1)?.aborted).to.equal(true)
  })
})

describe('a look whose client goes away', () => {
  it('aborts the signal, runs nothing, and is recorded once', async () => {
    const host = await startLookingHost({ limits: { authorizeMs: 30_000 } })
    try {
      const token = await host.token('look:read')
      const { hostname, port, pathname } = new URL(host.url)
      const headers = { ...mcpHeaders, authorization: `Bearer ${token}` }
      const outgoing = request({ hostname, port, path: pathname, method: 'POST', agent: false, headers })
      outgoing.on('error', () => undefined)
      const before = { signals: signals.length, runs: countOf(runs) }
      outgoing.end(JSON.stringify(toolOf(1, 'waits')))
      await once(outgoing, 'finish')
      await until(() => signals.length > before.signals)
      expect(signals.at(-1)?.aborted).to.equal(false)
      outgoing.destroy()
      const calls = async () => (await host.audit()).filter(({ type }) => type !== 'event')
      await until(async () => (await calls()).length > 0)
      expect(signals.at(-1)?.aborted).to.equal(true)
      const records = await calls()
      expect(records).to.have.length(1)
      expect(records[0]).to.include({ type: 'decision', effect: 'refused' })
      expect(records[0]).to.have.property('reason').that.includes('authorize of the plugin the client went away')
      expect(countOf(runs)).to.equal(before.runs)
    } finally {
      await host.close()
    }
  })
})

describe('a demand after the look', () => {
  let host: TestHost
  let token: string
  before(async () => {
    host = await startLookingHost()
    token = await host.token('look:read look:secret look:more')
  })
  after(() => host.close())

  it('throws, is logged and changes no later call', async () => {
    expect((await callTool('modern', host.url, token, 'looking_keeps')).status).to.equal(200)
    expect(() => kept.at(-1)?.('look:secret')).to.throw(TypeError, 'too late')
    expect(host.log.join('\n')).to.include('authorize demanded after its end')
    expect((await callTool('modern', host.url, token, 'looking_keeps')).status).to.equal(200)
  })

  it('cuts off a call that runs: nobody can say any more what it may do', async () => {
    const answer = await callTool('modern', host.url, token, 'looking_late')
    expect(answer.result()).to.include({ isError: true })
    expect(textOf(answer)).to.match(/^The tool failed\. Correlation id: /)
    expect((await host.audit()).at(-1)).to.include({ type: 'outcome', outcome: 'failed' })
  })
})

describe('a demand of a handler', () => {
  let host: TestHost
  before(async () => {
    host = await startLookingHost()
  })
  after(() => host.close())

  for (const [past, family] of families.entries()) {
    for (const tool of ['begun', 'begun_swallows']) {
      it(`that is not met ends as a structured error, never as a 403 (${tool}, ${family})`, async () => {
        const answer = await callTool(family, host.url, await host.token('look:read'), `looking_${tool}`)
        expect(answer.status).to.equal(200)
        expect(runs.get('begun, past its demand') ?? []).to.have.length(past)
        const result = answer.result()
        expect(result).to.include({ isError: true })
        expect(result).to.not.have.property('structuredContent')
        expect(textOf(answer)).to.match(/needs the scopes look:secret look:more, .* sign in again and allow them/)
        const [decision, outcome] = (await host.audit()).slice(-2)
        expect(decision).to.include({ type: 'decision', effect: 'allow' })
        expect(outcome).to.deep.include({ outcome: 'insufficient-scope', missing: ['look:secret', 'look:more'] })
        expect((result._meta as Record<string, unknown>)['dev.toolgate/insufficientScope']).to.deep.equal({
          required: ['look:read', 'look:secret', 'look:more'],
          missing: ['look:secret', 'look:more'],
          granted: ['look:read'],
          requestId: decision?.requestId,
        })
      })
    }

    it(`that is met changes nothing (${family})`, async () => {
      const token = await host.token('look:read look:secret look:more')
      expect((await callTool(family, host.url, token, 'looking_begun')).result().structuredContent).to.deep.equal({
        done: true,
      })
    })

    it(`that names what it may not ends as a bland failure (${family})`, async () => {
      const token = await host.token('look:read look:secret look:more')
      const answer = await callTool(family, host.url, token, 'looking_begun_undeclared')
      expect(answer.result()).to.include({ isError: true })
      expect(textOf(answer)).to.match(/^The tool failed\. Correlation id: /)
      expect(host.log.join('\n')).to.include('which its mayRequire does not')
    })
  }

  const params = { name: 'looking_begun_streams', _meta: { progressToken: 'p' } }
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
  const ways = {
    'of 2026-07-28': (token: string) => postModern(host.url, token, { method: 'tools/call', params }),
    'of 2025-11-25': (token: string) => post(host.url, token, message, { 'mcp-protocol-version': '2025-11-25' }),
  }
  for (const [way, call] of Object.entries(ways)) {
    it(`comes at the end of a stream that progress has begun (${way})`, async () => {
      const answer = await call(await host.token('look:read'))
      expect(answer.status).to.equal(200)
      expect(answer.headers['content-type']).to.match(/^text\/event-stream/)
      expect(answer.result()).to.include({ isError: true })
      expect(answer.result()._meta).to.have.nested.property('dev\\.toolgate/insufficientScope.missing')
    })
  }

  it('is too late when the handler has ended', async () => {
    const token = await host.token('look:read look:secret look:more')
    expect((await callTool('modern', host.url, token, 'looking_begun_keeps')).result()).to.not.have.property('isError')
    expect(() => kept.at(-1)?.('look:secret')).to.throw(TypeError, 'too late')
    expect(host.log.join('\n')).to.include('a handler demanded after its end')
  })
})

describe('a demand for a scope that only a rule of grants gives', () => {
  let host: TestHost
  before(async () => {
    host = await startLookingHost({ grants: [{ claim: 'groups', anyOf: ['ops'], scopes: ['look:more'] }] })
  })
  after(() => host.close())

  it('is a 403 without scope from the look, and marked alike in the error of a handler', async () => {
    const token = await host.token('look:read look:secret')
    const refused = await callTool('modern', host.url, token, 'looking_both')
    expect(refused.status).to.equal(403)
    expect(refused.headers['www-authenticate']).to.not.include('scope=')
    expect(refused.error().data).to.deep.include({ missing: ['look:more'], notRequestable: ['look:more'] })
    const begun = await callTool('modern', host.url, token, 'looking_begun')
    expect(textOf(begun)).to.include('no sign-in gives look:more')
    expect(begun.result()._meta).to.have.deep.nested.property('dev\\.toolgate/insufficientScope.notRequestable', [
      'look:more',
    ])
  })

  it('is met by the rule', async () => {
    const token = await host.token('look:read look:secret', { claims: { groups: ['ops'] } })
    expect((await callTool('modern', host.url, token, 'looking_both')).status).to.equal(200)
    expect((await callTool('modern', host.url, token, 'looking_begun')).result()).to.not.have.property('isError')
  })
})
