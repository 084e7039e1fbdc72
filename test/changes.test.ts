import { formatPins, inspectPolicy, lockFileOf, pinsOf, writeLockFile } from '@toolgate/core'
import { expect } from 'chai'
import { openSession } from './support/asking/session-client.ts'
import type { EventReader } from './support/asking/event-reader.ts'
import type { TestHost } from './support/host.ts'
import { listen, startChangingHost } from './support/news/news-host.ts'
import { callTool, postModern, send } from './support/wire.ts'

const everything = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }
const faultLine = 'what a plugin offers stays as it was: its change is refused'

describe('a plugin that offers something else', () => {
  let host: TestHost
  before(async () => {
    host = await startChangingHost()
  })
  after(() => host.close())
  afterEach(() => change('first'))

  const tokenOf = (scope: string, subject = 'ada') => host.token(scope, { subject })
  const textOf = (answer: Awaited<ReturnType<typeof callTool>>) =>
    (answer.result()['content'] as readonly { text: string }[])[0]?.text
  const change = async (to: string) =>
    textOf(await callTool('modern', host.url, await tokenOf('x', 'changer'), 'changing_change', { to }))
  const namesFor = async (scope: string) => {
    const answer = await postModern(host.url, await tokenOf(scope), { method: 'tools/list' })
    return (answer.result()['tools'] as readonly { name: string }[]).map(({ name }) => name)
  }
  const methodsUntil = async (stream: EventReader, last: string) => {
    const methods: string[] = []
    while (methods.at(-1) !== last) methods.push(String((await stream.message())['method']))
    return methods
  }

  it('is promised: listChanged of every kind that there is', async () => {
    const answer = await postModern(host.url, await tokenOf('x'), { method: 'server/discover' })
    const { tools, resources, prompts } = answer.result()['capabilities'] as Record<string, unknown>
    expect({ tools, resources, prompts }).to.deep.equal({
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      prompts: { listChanged: true },
    })
  })

  it('is listed and called from then on, by the scopes that it asks for', async () => {
    expect(await namesFor('changing:staff')).to.not.include('changing_new')
    const staff = await tokenOf('changing:staff')
    expect((await callTool('modern', host.url, staff, 'changing_new', {})).error().code).to.equal(-32602)
    expect(await change('more for staff')).to.equal('true')
    expect(await namesFor('changing:staff')).to.include('changing_new')
    expect(await namesFor('changing:read')).to.not.include('changing_new')
    expect(textOf(await callTool('modern', host.url, staff, 'changing_new', {}))).to.equal('changing_new')
    const denied = await callTool('modern', host.url, await tokenOf('changing:read'), 'changing_new', {})
    expect(denied.status).to.equal(403)
    expect(denied.headers['www-authenticate']).to.include('changing:staff')
  })

  it('is told to those whose lists are others by it, and of these lists alone', async () => {
    const [reader, staff] = await Promise.all(
      ['changing:read', 'changing:staff'].map(async (scope) => {
        const stream = await listen(host.url, await tokenOf(scope), everything)
        expect((await stream.message())['params']).to.deep.include({ notifications: everything })
        return stream
      }),
    )
    if (reader === undefined || staff === undefined) throw new Error('no streams')
    await change('more for staff')
    await change('first')
    await change('other words for readers')
    await change('no prompts')
    const [tools, prompts] = ['notifications/tools/list_changed', 'notifications/prompts/list_changed']
    expect(await methodsUntil(staff, tools)).to.deep.equal([tools])
    expect(await methodsUntil(reader, prompts)).to.deep.equal([tools, tools, prompts])
    await change('more for staff')
    expect([await staff.message(), await staff.message()].map(({ method }) => method)).to.deep.equal([tools, tools])
    reader.close()
    staff.close()
  })

  it('is told in a session of an older revision', async () => {
    const session = await openSession(host.url, await tokenOf('changing:staff'), { capabilities: { elicitation: {} } })
    const stream = await session.get()
    await change('more for staff')
    expect(await stream.message()).to.deep.equal({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })
    stream.close()
  })

  it('leaves a call in its generation to the end, and the tool that is gone is unknown to the next', async () => {
    const token = await tokenOf('x')
    const slow = callTool('modern', host.url, token, 'changing_slow', {})
    while (!(await host.audit()).some((record) => record.type === 'decision' && record.tool === 'changing_slow')) {
      // The call is not decided yet.
    }
    await change('no slow')
    expect((await callTool('modern', host.url, token, 'changing_slow', {})).error().code).to.equal(-32602)
    await change('first')
    await callTool('modern', host.url, token, 'changing_slow', { tell: true })
    expect(textOf(await slow)).to.equal('slow')
  })

  it('closes what asks for more, for those who listen too: they are told nothing of it after', async () => {
    const token = await tokenOf('changing:read')
    await change('read for staff')
    expect((await callTool('modern', host.url, token, 'changing_read', {})).status).to.equal(403)
    expect(await namesFor('changing:read')).to.not.include('changing_read')
  })

  it('is told in front of authentication too: scopes in the metadata, headers in the preflight of a browser', async () => {
    const scopes = async () => {
      const { text } = await send(host.origin, { path: '/.well-known/oauth-protected-resource/mcp' })
      return (JSON.parse(text) as { readonly scopes_supported: readonly string[] }).scopes_supported
    }
    const allowed = async () => {
      const { headers } = await send(host.origin, { method: 'OPTIONS', path: '/mcp' })
      return headers['access-control-allow-headers']
    }
    expect(await scopes()).to.include('changing:staff')
    expect(await allowed()).to.not.include('Mcp-Param-Room')
    await change('a mirrored parameter, and nothing for staff')
    expect(await scopes()).to.not.include('changing:staff')
    expect(await allowed()).to.match(/, Mcp-Param-Room$/)
  })

  for (const [to, why] of [
    ['no scopes', /scopes/],
    ['a scope that is new', /changing:unheard, which nothing asked for/],
    ['a name of another', /news_tell/],
    ['an unknown key', /tols/],
  ] as const) {
    it(`is refused with ${to}: the log says why, and all stays as it was`, async () => {
      const before = await namesFor('changing:read')
      const from = host.log.length
      expect(await change(to)).to.equal('false')
      const line = host.log.slice(from).find((each) => each.includes(faultLine)) ?? '{}'
      const told = JSON.parse(line) as Readonly<Record<string, string>>
      expect(told['message']).to.match(why)
      expect(told['mend']).to.be.a('string').and.to.not.equal('')
      expect(told['path']).to.equal('plugin changing')
      expect(await namesFor('changing:read')).to.deep.equal(before)
    })
  }

  it('may offer nothing any more', async () => {
    expect(await change('nothing')).to.equal('true')
    expect(await namesFor('changing:read changing:staff')).to.deep.equal(['changing_change', 'news_close', 'news_tell'])
  })

  it('is refused where a lock file in force does not pin it', async () => {
    const own = await startChangingHost({
      config: { locked: true },
      prepare: async (config) => {
        await writeLockFile(lockFileOf(config), formatPins(pinsOf(await inspectPolicy(config))))
      },
    })
    try {
      const call = async (to: string) =>
        textOf(await callTool('modern', own.url, await own.token('x'), 'changing_change', { to }))
      expect(await call('more for staff')).to.equal('false')
      expect(own.log.some((line) => line.includes(faultLine) && line.includes('changing_new'))).to.equal(true)
      expect(await call('no slow')).to.equal('true')
    } finally {
      await own.close()
    }
  })
})
