import { expect } from 'chai'
import { join } from 'node:path'
import { RegistryError, type LoadFaultCode } from '@toolgate/registry'
import { load, pluginSource, pluginsFolder, removePluginsFolders, type PluginFiles } from './support/plugins-folder.ts'

interface FaultCase {
  readonly when: string
  readonly plugin: PluginFiles
  readonly code: LoadFaultCode
  readonly message: RegExp
  readonly mend: RegExp
}

const manifest = '{"type":"module"}'

const brokenPlugins: readonly FaultCase[] = [
  {
    when: 'it has no package.json',
    plugin: { 'src/index.ts': '' },
    code: 'bad_package',
    message: /no package\.json/,
    mend: /"exports"/,
  },
  {
    when: 'its package.json is not JSON',
    plugin: { 'package.json': '{' },
    code: 'bad_package',
    message: /not JSON/,
    mend: /package\.json/,
  },
  {
    when: 'its package.json is a list',
    plugin: { 'package.json': '[]' },
    code: 'bad_package',
    message: /not an object/,
    mend: /package\.json/,
  },
  {
    when: 'it has no entry',
    plugin: { 'package.json': manifest },
    code: 'no_entry',
    message: /no src\/index\.ts/,
    mend: /src\/index\.ts/,
  },
  {
    when: 'its exports name a missing file',
    plugin: { 'package.json': '{"exports":{".":"./dist/index.js"}}' },
    code: 'no_entry',
    message: /dist\/index\.js/,
    mend: /src\/index\.ts/,
  },
  {
    when: 'its entry lies outside its folder',
    plugin: { 'package.json': '{"main":"../../support/plugins-folder.ts"}' },
    code: 'no_entry',
    message: /outside/,
    mend: /inside the folder/,
  },
  {
    when: 'it does not parse',
    plugin: 'export default {',
    code: 'import_failed',
    message: /import failed: SyntaxError.+ \(index\.ts, line 1\)$/,
    mend: /node src\/index\.ts/,
  },
  {
    when: 'it imports what is not installed',
    plugin: "import 'not-there-at-all'",
    code: 'import_failed',
    message: /not-there-at-all/,
    mend: /Install/,
  },
  {
    when: 'it throws on import',
    plugin: "throw new Error('no luck')",
    code: 'import_failed',
    message: /no luck/,
    mend: /Correct/,
  },
  {
    when: 'its import never ends',
    plugin: 'await new Promise((done) => setTimeout(done, 2_000))',
    code: 'import_timeout',
    message: /400 ms/,
    mend: /in setup/,
  },
  {
    when: 'it has no default export',
    plugin: 'export const a = 1',
    code: 'no_default_export',
    message: /default export/,
    mend: /definePlugin/,
  },
  {
    when: 'its default export is a function',
    plugin: 'export default () => ({})',
    code: 'no_default_export',
    message: /default export/,
    mend: /definePlugin/,
  },
  {
    when: 'it has another name than its folder',
    plugin: pluginSource('other', '{}'),
    code: 'bad_name',
    message: /"other".*"sample"/,
    mend: /same name/,
  },
  {
    when: 'it has an unknown key',
    plugin: "export default { name: 'sample', tool: [], tools: [] }",
    code: 'unknown_key',
    message: /"tool"/,
    mend: /"tools"/,
  },
  {
    when: 'it has both tools and setup',
    plugin: "export default { name: 'sample', tools: [], setup: () => ({ tools: [] }) }",
    code: 'bad_plugin',
    message: /exactly one/,
    mend: /setup/,
  },
  {
    when: 'its tools are not a list',
    plugin: "export default { name: 'sample', tools: {} }",
    code: 'bad_plugin',
    message: /not a list/,
    mend: /tools: \[/,
  },
  {
    when: 'its description hides a character',
    plugin: "export default { name: 'sample', description: 'a\\u202eb', tools: [] }",
    code: 'bad_plugin',
    message: /description/,
    mend: /sentence/,
  },
  {
    when: 'it has no tools',
    plugin: "export default { name: 'sample', tools: [] }",
    code: 'no_tools',
    message: /no tools/,
    mend: /notConfigured/,
  },
  {
    when: 'a tool is not an object',
    plugin: "export default { name: 'sample', tools: [1] }",
    code: 'bad_plugin',
    message: /tools\[0\]/,
    mend: /defineTool/,
  },
  {
    when: 'its settings schema is not sound',
    plugin:
      "export default { name: 'sample', settings: { type: 'object', propertees: {} }, setup: () => ({ tools: [] }) }",
    code: 'schema_keyword',
    message: /settings at \/propertees/,
    mend: /"properties"/,
  },
  {
    when: 'its setup throws',
    plugin: "export default { name: 'sample', setup: () => { throw new Error('locked') } }",
    code: 'setup_failed',
    message: /locked/,
    mend: /setup threw/,
  },
  {
    when: 'its setup never ends',
    plugin: "export default { name: 'sample', setup: () => new Promise(() => {}) }",
    code: 'setup_timeout',
    message: /400 ms/,
    mend: /first call/,
  },
  {
    when: 'its setup returns nothing',
    plugin: "export default { name: 'sample', setup: () => {} }",
    code: 'bad_plugin',
    message: /no object/,
    mend: /\{ tools \}/,
  },
  {
    when: 'its setup returns no tools',
    plugin: "export default { name: 'sample', setup: () => ({}) }",
    code: 'bad_plugin',
    message: /no list/,
    mend: /tools: \[/,
  },
  {
    when: 'its setup returns an unknown key',
    plugin: "export default { name: 'sample', setup: () => ({ tools: [], notConfigurd: 'x' }) }",
    code: 'unknown_key',
    message: /notConfigurd/,
    mend: /"notConfigured"/,
  },
]

async function faultsOf(plugin: PluginFiles): ReturnType<typeof load> {
  return load(await pluginsFolder({ sample: plugin }), { timeLimit: 400 })
}

describe('loading a broken plugin', () => {
  afterEach(removePluginsFolders)

  for (const { when, plugin, code, message, mend } of brokenPlugins) {
    it(`names ${code} when ${when}`, async () => {
      const { faults, catalogue } = await faultsOf(plugin)
      const [fault] = faults
      expect(fault).to.include({ plugin: 'sample', code })
      expect(fault?.folder).to.match(/sample$/)
      expect(fault?.message).to.match(message)
      expect(fault?.mend).to.match(mend)
      expect(catalogue.tools.size).to.equal(0)
    })
  }

  it('tells every fault of a plugin at once', async () => {
    const { faults } = await faultsOf(
      pluginSource('sample', '{ timeoutMs: 0, scopes: [] }', "{ name: 'other', titel: '' }"),
    )
    expect(faults.map((fault) => fault.code)).to.have.members(['bad_timeout', 'bad_scopes', 'unknown_key'])
  })

  it('keeps the plugins beside it', async () => {
    const folder = await pluginsFolder({ broken: 'throw 1', sound: pluginSource('sound', '{}') })
    const { faults, catalogue } = await load(folder)
    expect(faults.map((fault) => fault.plugin)).to.deep.equal(['broken'])
    expect([...catalogue.tools.keys()]).to.deep.equal(['sound_run'])
  })

  it('leaves out both plugins that have one tool name, case aside, and names both in each fault', async () => {
    const folder = await pluginsFolder({
      one: pluginSource('one', "{ name: 'find' }"),
      three: pluginSource('three', '{}'),
      two: pluginSource('two', "{ name: 'FIND' }"),
    })
    const { faults, catalogue } = await load(folder)
    expect(faults.map((fault) => [fault.plugin, fault.code])).to.deep.equal([
      ['one', 'duplicate_tool'],
      ['two', 'duplicate_tool'],
    ])
    for (const fault of faults) expect(fault.message).to.include('"find" of one and "FIND" of two')
    expect([...catalogue.tools.keys()]).to.deep.equal(['three_run'])
  })

  it('refuses one tool name twice in one plugin', async () => {
    const { faults } = await faultsOf(pluginSource('sample', '{}', '{}'))
    expect(faults.map((fault) => fault.code)).to.deep.equal(['duplicate_tool'])
  })

  it('says that a file is no plugin', async () => {
    const folder = await pluginsFolder({ '.': { 'weather.ts': '' } })
    const { faults } = await load(folder)
    expect(faults[0]).to.include({ plugin: 'weather', code: 'not_a_folder' })
    expect(faults[0]?.mend).to.include('weather/src/index.ts')
  })

  it('refuses a folder whose name is no plugin name', async () => {
    const { faults } = await load(await pluginsFolder({ My_Plugin: pluginSource('x', '{}') }))
    expect(faults[0]).to.include({ plugin: 'My_Plugin', code: 'bad_name' })
  })
})

describe('loading a folder without plugins', () => {
  afterEach(removePluginsFolders)

  async function refusal(folder: string): Promise<unknown> {
    return load(folder).catch((error: unknown) => error)
  }

  it('throws with a hint when the folder is missing', async () => {
    const error = await refusal(join(import.meta.dirname, 'no-such-folder'))
    expect(error).to.be.instanceOf(RegistryError).with.property('code', 'folder_missing')
    expect(error).to.have.property('hint').that.includes('toolgate plugin new')
  })

  it('throws with a hint when the folder is empty', async () => {
    const error = await refusal(
      await pluginsFolder({ '.hidden': { a: '' }, node_modules: { a: '' }, '.': { 'README.md': '' } }),
    )
    expect(error).to.be.instanceOf(RegistryError).with.property('code', 'folder_empty')
    expect(error).to.have.property('hint').that.includes('plugins.folder')
  })
})
