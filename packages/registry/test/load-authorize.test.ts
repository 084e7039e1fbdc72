import { expect } from 'chai'
import type { LoadFaultCode } from '@toolgate/registry'
import { load, pluginSource, pluginsFolder, removePluginsFolders } from './support/plugins-folder.ts'

const look = 'authorize() {}'

interface BrokenLook {
  readonly when: string
  readonly tool: string
  readonly code: LoadFaultCode
  readonly message: RegExp
  readonly mend: RegExp
}

const brokenLooks: readonly BrokenLook[] = [
  {
    when: 'authorize is no function',
    tool: '{ authorize: true, mayRequire: [] }',
    code: 'bad_authorize',
    message: /"sample_run": authorize is no function/,
    mend: /authorize\(args, context\)/,
  },
  {
    when: 'authorize is null',
    tool: '{ authorize: null, mayRequire: [] }',
    code: 'bad_authorize',
    message: /authorize is no function/,
    mend: /leave it out/,
  },
  {
    when: 'authorize does not say what it may demand',
    tool: `{ ${look} }`,
    code: 'bad_may_require',
    message: /"sample_run": mayRequire is missing beside authorize/,
    mend: /\[\] if it only refuses/,
  },
  {
    when: 'mayRequire stands alone',
    tool: "{ mayRequire: ['sample:more'] }",
    code: 'bad_may_require',
    message: /mayRequire stands without authorize/,
    mend: /authorize\(args, context\)/,
  },
  {
    when: 'mayRequire is no list',
    tool: `{ ${look}, mayRequire: 'sample:more' }`,
    code: 'bad_may_require',
    message: /mayRequire is not a list/,
    mend: /scopes/,
  },
  {
    when: 'mayRequire holds what is no scope',
    tool: `{ ${look}, mayRequire: ['sample:more', 'a b'] }`,
    code: 'bad_may_require',
    message: /holds "a b"/,
    mend: /printable/,
  },
  {
    when: 'mayRequire holds a scope of sign-in',
    tool: `{ ${look}, mayRequire: ['openid'] }`,
    code: 'bad_may_require',
    message: /openid/,
    mend: /own/,
  },
  {
    when: 'mayRequire holds more than twenty',
    tool: `{ ${look}, mayRequire: Array.from({ length: 21 }, (_, n) => 'sample:' + n) }`,
    code: 'bad_may_require',
    message: /1 to 20/,
    mend: /scopes/,
  },
]

/** Source of a plugin whose tool has a member by a getter. */
function gettingSource(member: string): string {
  return `const tool = {
    name: 'sample_run', description: 'Runs.', scopes: ['sample:read'], annotations: { readOnlyHint: true },
    handler: () => 'ran', authorize() {}, mayRequire: [], ${member}
  }
  export default { name: 'sample', tools: [tool] }`
}

describe('loading a tool whose author looks at its calls', () => {
  afterEach(removePluginsFolders)

  for (const { when, tool, code, message, mend } of brokenLooks) {
    it(`names ${code} when ${when}`, async () => {
      const { faults, catalogue } = await load(await pluginsFolder({ sample: pluginSource('sample', tool) }))
      const [fault, ...rest] = faults
      expect(rest).to.deep.equal([])
      expect(fault).to.include({ plugin: 'sample', code })
      expect(fault?.message).to.match(message)
      expect(fault?.mend).to.match(mend)
      expect(catalogue.tools.size).to.equal(0)
    })
  }

  for (const member of ['authorize', 'mayRequire']) {
    it(`names bad_authorize when ${member} throws as it is read, and loads the others`, async () => {
      const source = gettingSource(`get ${member}() { throw new Error('no') }`)
      const { faults, catalogue } = await load(
        await pluginsFolder({ sample: source, other: pluginSource('other', '{}') }),
      )
      expect(faults.map(({ plugin, code }) => [plugin, code])).to.deep.equal([['sample', 'bad_authorize']])
      expect([...catalogue.tools.keys()]).to.deep.equal(['other_run'])
    })
  }

  it('reads authorize once: what was checked is what runs', async () => {
    const source = gettingSource('get authorize() { const n = ++reads; return () => n }').replace(
      'authorize() {}, ',
      '',
    )
    const { faults, catalogue } = await load(await pluginsFolder({ sample: `let reads = 0\n${source}` }))
    expect(faults).to.deep.equal([])
    const authorize = catalogue.tools.get('sample_run')?.authorize
    expect([authorize?.({}, {} as never), authorize?.({}, {} as never)]).to.deep.equal([1, 1])
  })

  it('keeps what it may demand in the rule, whatever the operator overrides, and in the generation', async () => {
    const source = (more: string) => pluginSource('sample', `{ ${look}, mayRequire: [${more}] }`)
    const overrides = { sample_run: { scopes: ['sample:other'], when: [] } }
    const one = await load(await pluginsFolder({ sample: source("'sample:more', 'sample:more'") }), { overrides })
    const rule = one.catalogue.tools.get('sample_run')?.policy
    expect(rule?.alternatives).to.deep.equal([['sample:other']])
    expect(rule?.mayRequire).to.deep.equal(['sample:more']).and.to.be.frozen
    const other = await load(await pluginsFolder({ sample: source('') }), { overrides })
    expect(other.catalogue.tools.get('sample_run')?.policy.mayRequire).to.deep.equal([])
    const none = await load(await pluginsFolder({ sample: pluginSource('sample', '{}') }), { overrides })
    expect(none.catalogue.tools.get('sample_run')?.policy).to.not.have.property('mayRequire')
    const generations = [one, other, none].map(({ catalogue }) => catalogue.generation)
    expect(new Set(generations).size).to.equal(3)
  })
})
