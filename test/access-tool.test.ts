import { loadConfig } from '@toolgate/config'
import { inspectPolicy, inspectTools, type InspectedPolicy } from '@toolgate/core'
import { expect } from 'chai'
import { join } from 'node:path'
import { startTestHost, type TestHost } from './support/host.ts'
import { startLookingHost } from './support/looking-host.ts'
import { callTool, listTools } from './support/wire.ts'

interface Access {
  readonly tools: readonly { readonly name: string; readonly conditions: readonly Conditional[] }[]
  readonly more: readonly {
    readonly name: string
    readonly missing: readonly string[]
    readonly notRequestable: readonly string[]
    readonly conditions: readonly Conditional[]
  }[]
  readonly signInScopes: readonly string[]
}
interface Conditional {
  readonly missing: readonly string[]
  readonly arguments?: object
}

const scopes = ['read', 'write', 'admin', 'audit', 'operate', 'change', 'force', 'secret'].map(
  (name) => `fixture:${name}`,
)
const families = ['modern', 'legacy'] as const
const subsets = Array.from({ length: 2 ** scopes.length }, (_, bits) => scopes.filter((_scope, at) => bits & (1 << at)))

describe('toolgate_access', () => {
  let host: TestHost
  let inspected: InspectedPolicy

  before(async () => {
    host = await startTestHost({
      config: {
        accessTool: true,
        scopes: { 'fixture:operate': { implies: ['fixture:change'] } },
        tools: { fixture_hidden: { visibility: 'concealed' }, fixture_write: { visibility: 'listed' } },
        grants: [{ claim: 'groups', anyOf: ['seconds'], scopes: ['second:read'] }],
      },
    })
    const file = join(host.folder, 'mcp.config.json')
    inspected = await inspectPolicy(await loadConfig({ file, folder: host.folder, environment: {} }))
  })
  after(() => host.close())

  async function ask(token: string, family: (typeof families)[number] = 'modern') {
    const answer = await callTool(family, host.url, token, 'toolgate_access')
    expect(answer.status).to.equal(200)
    const { content, structuredContent } = answer.result() as { content: { text: string }[]; structuredContent: Access }
    return { words: content[0]?.text ?? '', access: structuredContent, whole: answer.text }
  }

  for (const family of families) {
    it(`says what a caller has, what it could get, and how (${family})`, async () => {
      const { words, access } = await ask(await host.token('fixture:read fixture:change'), family)
      expect(access.tools.map(({ name }) => name)).to.include.members(['fixture_echo', 'toolgate_access'])
      expect(words).to.match(/^You may call fixture_aborting, .*fixture_echo.*\.$/m)
      expect(words).to.include('\nfixture_conditional: some arguments need fixture:force too.\n')
      expect(access.tools.find(({ name }) => name === 'fixture_conditional')?.conditions).to.deep.equal([
        { missing: ['fixture:force'], arguments: { properties: { force: { const: true } }, required: ['force'] } },
      ])
      expect(words).to.include('\n- fixture_write: sign in again and allow fixture:write.\n')
      expect(words).to.include('\n- fixture_admin: sign in again and allow fixture:operate.\n')
      expect(words).to.include(
        `\n- second_read: no sign-in gives second:read, it comes with a role or group: ask whoever manages roles and groups at ${host.issuer.issuer}, or the operator of this server.\n`,
      )
      expect(access.signInScopes).to.deep.equal(
        ['change', 'force', 'operate', 'read', 'write'].map((name) => `fixture:${name}`),
      )
    })

    it(`is listed as a read-only tool with its output schema, and judged like the others (${family})`, async () => {
      const { tools } = (await listTools(family, host.url, await host.token(''))).result() as {
        tools: { name: string; annotations: object; outputSchema: object }[]
      }
      expect(tools.find(({ name }) => name === 'toolgate_access'))
        .to.have.nested.include({ 'annotations.readOnlyHint': true })
        .and.have.property('outputSchema')
      expect((await callTool(family, host.url, undefined, 'toolgate_access')).status).to.equal(401)
      const record = (await host.audit()).find((each) => each.type === 'decision' && each.tool === 'toolgate_access')
      expect(record).to.include({ effect: 'allow', plugin: '(host)' })
    })

    it(`never says a word about a tool that is concealed from the caller (${family})`, async () => {
      const { whole } = await ask(await host.token('fixture:read fixture:write'), family)
      expect(whole).to.not.match(/fixture_hidden|fixture:secret/)
      const holder = await ask(await host.token('fixture:secret'), family)
      expect(holder.access.tools.map(({ name }) => name)).to.include('fixture_hidden')
    })
  }

  it('counts what a rule gave, and names neither rule nor claim', async () => {
    const { access, whole } = await ask(await host.token('', { claims: { groups: ['seconds'] } }))
    expect(access.tools.map(({ name }) => name)).to.include('second_read')
    expect(access.more.map(({ name }) => name)).to.not.include('second_read')
    expect(whole).to.not.match(/seconds|groups\[|grants/)
  })

  it(`agrees with the judge, the list and the wire for ${String(subsets.length)} sets of scopes`, async () => {
    const { policy } = inspected
    for (const [index, held] of subsets.entries()) {
      const { access } = await ask(await host.token(held.join(' ')), families[index % 2])
      const expected = policy.tools.map(({ tool }) => ({ tool, decision: policy.decide(held, tool) }))
      const callable = expected.filter(({ decision }) => ['allow', 'depends-on-arguments'].includes(decision.effect))
      expect(
        access.tools.map(({ name }) => name),
        held.join(' '),
      ).to.deep.equal(callable.map(({ tool }) => tool))
      const named = [...access.tools, ...access.more].map(({ name }) => name)
      expect(named).to.include.members(policy.list(held).map(({ tool }) => tool))
      const denied = expected.flatMap(({ tool, decision }) =>
        decision.effect === 'deny' && !decision.concealed ? [{ tool, missing: decision.missing }] : [],
      )
      expect(access.more.map(({ name, missing }) => ({ tool: name, missing }))).to.deep.equal(denied)
    }
  })

  it('gives a way that leads there: one sign-in for its scopes leaves out only what no sign-in gives', async () => {
    for (const held of subsets.filter((_, index) => index % 16 === 5)) {
      const { access } = await ask(await host.token(held.join(' ')))
      const next = (await ask(await host.token(access.signInScopes.join(' ')))).access
      expect(next.more.map(({ name }) => name)).to.deep.equal(['second_read'])
      expect(next.tools.flatMap(({ conditions }) => conditions)).to.deep.equal([])
      expect(next.signInScopes).to.deep.equal([])
    }
  })

  it('tells what the author of a tool may ask for, and how recent a sign-in must be', async () => {
    const requires = { maxAgeSeconds: 300 }
    const looking = await startLookingHost({ accessTool: true, tools: { looking_both: { requires } } })
    try {
      const answer = await callTool(
        'modern',
        looking.url,
        await looking.token('look:read look:more'),
        'toolgate_access',
      )
      const { content, structuredContent } = answer.result() as {
        content: { text: string }[]
        structuredContent: Access
      }
      const words = content[0]?.text ?? ''
      const tool = structuredContent.tools.find(({ name }) => name === 'looking_both')
      expect(tool).to.deep.include({ mayNeed: ['look:secret'], signIn: 'a sign-in of the last 300 seconds' })
      expect(words).to.include('\nlooking_both: some calls need look:secret too, as its author sees from the data.\n')
      expect(words).to.include('\nlooking_both: it needs a sign-in of the last 300 seconds.\n')
      expect(structuredContent.signInScopes).to.include('look:secret')
      expect(answer.text).to.not.include('vault')
    } finally {
      await looking.close()
    }
  })

  it('is there only where the configuration says so, and takes the rules of its line', async () => {
    const inspect = async (config: object) => {
      const other = await startTestHost({ config: { plugins: { folder: inspected.config.plugins.folder }, ...config } })
      try {
        const file = join(other.folder, 'mcp.config.json')
        const { tools } = await inspectTools(await loadConfig({ file, folder: other.folder, environment: {} }))
        const reader = await other.token('fixture:read')
        const call = await callTool('modern', other.url, reader, 'toolgate_access')
        return { tool: tools.find(({ tool }) => tool === 'toolgate_access'), call }
      } finally {
        await other.close()
      }
    }
    const without = await inspect({})
    expect(without.tool).to.equal(undefined)
    expect(without.call.error()).to.include({ code: -32602 })
    const ruled = await inspect({ accessTool: true, tools: { toolgate_access: { scopes: ['access:read'] } } })
    expect(ruled.tool).to.deep.include({ alternatives: [['access:read']], reach: 'initial' })
    expect(ruled.call.status).to.equal(403)
    expect(ruled.call.headers['www-authenticate']).to.include('scope="access:read fixture:read"')
  })
})
