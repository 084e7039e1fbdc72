import { expect } from 'chai'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CatalogueTool, Registry } from '@toolgate/registry'
import {
  load,
  pluginSource,
  pluginsFolder,
  recordingLogger,
  removePluginsFolders,
  type LoggedLine,
} from './support/plugins-folder.ts'

function toolOf(registry: Registry, name: string): CatalogueTool {
  const tool = registry.catalogue.tools.get(name)
  if (tool === undefined) throw new TypeError(`no tool ${name}: ${JSON.stringify(registry.faults)}`)
  return tool
}

describe('loadRegistry', () => {
  afterEach(removePluginsFolders)

  it('loads what a plugin author writes with @toolgate/plugin', async () => {
    const source = `import { definePlugin, defineTool } from '@toolgate/plugin'
      const echo = defineTool({
        name: 'sample_echo', title: 'Echo', description: 'Says it again.\\n\\tTwice.', scopes: 'authenticated',
        inputSchema: { type: 'object', properties: { text: { type: 'string', 'x-mcp-header': 'Text' } }, required: ['text'] },
        annotations: { readOnlyHint: true }, timeoutMs: 50, handler: ({ text }) => text + text,
      })
      export default definePlugin({ name: 'sample', description: 'A sample.', tools: [echo] })`
    const registry = await load(await pluginsFolder({ sample: source }))
    expect(registry.faults).to.deep.equal([])
    const tool = toolOf(registry, 'sample_echo')
    expect(tool.listing).to.deep.equal({
      name: 'sample_echo',
      title: 'Echo',
      description: 'Says it again.\n\tTwice.',
      inputSchema: {
        type: 'object',
        properties: { text: { type: 'string', 'x-mcp-header': 'Text' } },
        required: ['text'],
      },
      annotations: { readOnlyHint: true },
    })
    expect(tool.policy).to.include({
      tool: 'sample_echo',
      plugin: 'sample',
      visibility: 'granted',
      readOnly: true,
      declaredBy: 'plugin',
    })
    expect(tool.policy.alternatives).to.deep.equal([[]])
    expect(tool.timeoutMs).to.equal(50)
    expect(tool.handler({ text: 'a' }, {} as never)).to.equal('aa')
    expect(registry.catalogue.plugins[0]).to.include({ name: 'sample', description: 'A sample.' })
  })

  it('loads a compiled plugin by the exports and the main of its package.json', async () => {
    const js = (name: string): string => pluginSource(name, '{}').replaceAll(': unknown', '')
    const folder = await pluginsFolder({
      conditions: {
        'package.json': '{"type":"module","exports":{".":{"types":"./d.ts","default":"./dist/a.js"}}}',
        'dist/a.js': js('conditions'),
      },
      main: { 'package.json': '{"main":"./lib/b.mjs"}', 'lib/b.mjs': js('main') },
      text: { 'package.json': '{"type":"module","exports":"./c.js"}', 'c.js': js('text') },
    })
    const { faults, catalogue } = await load(folder)
    expect(faults).to.deep.equal([])
    expect([...catalogue.tools.keys()]).to.deep.equal(['conditions_run', 'main_run', 'text_run'])
  })

  it('orders tools by name, whatever the order of the plugins', async () => {
    const folder = await pluginsFolder({
      a: pluginSource('a', "{ name: 'zebra' }", "{ name: 'Apple' }"),
      b: pluginSource('b', "{ name: 'mango' }"),
    })
    expect([...(await load(folder)).catalogue.tools.keys()]).to.deep.equal(['Apple', 'mango', 'zebra'])
  })

  it('lets nobody change the catalogue', async () => {
    const registry = await load(
      await pluginsFolder({
        sample: pluginSource('sample', "{ inputSchema: { type: 'object', properties: { a: { type: 'string' } } } }"),
      }),
    )
    const tool = toolOf(registry, 'sample_run')
    expect(registry.catalogue.tools).not.to.have.property('set')
    for (const part of [
      registry.catalogue,
      registry.catalogue.tools,
      tool,
      tool.listing,
      tool.policy,
      tool.policy.alternatives[0],
      tool.listing.annotations,
      tool.listing.inputSchema['properties'],
    ]) {
      expect(part).to.be.frozen
    }
  })

  it('gives a tool without an input schema one that takes no arguments', async () => {
    const tool = toolOf(await load(await pluginsFolder({ sample: pluginSource('sample', '{}') })), 'sample_run')
    expect(tool.validateArguments(undefined)).to.deep.equal({ ok: true, value: {} })
    expect(tool.validateArguments({ a: 1 })).to.have.property('ok', false)
  })

  it('changes the generation with a definition, a requirement or a condition, and with nothing else', async () => {
    const generation = async (tool: string): Promise<string> =>
      (await load(await pluginsFolder({ sample: pluginSource('sample', tool) }))).catalogue.generation
    const base = await generation('{}')
    expect(base).to.match(/^[0-9a-f]{64}$/)
    expect(await generation('{ handler: () => 1 }')).to.equal(base)
    for (const change of [
      "{ description: 'Other.' }",
      "{ scopes: ['x'] }",
      "{ when: [{ arguments: {}, scopes: ['x'] }] }",
      '{ timeoutMs: 5 }',
    ]) {
      expect(await generation(change), change).not.to.equal(base)
    }
  })

  it('compiles conditions, which match what cannot be judged', async () => {
    const source = pluginSource(
      'sample',
      "{ when: [{ arguments: { required: ['force'], properties: { force: { const: true } } }, scopes: ['x'] }] }",
    )
    const [condition] = toolOf(await load(await pluginsFolder({ sample: source })), 'sample_run').policy.conditions
    expect(condition).to.include({ source: 'when[0] of the plugin' })
    expect(condition?.scopes).to.deep.equal(['x'])
    expect(condition?.matches(Object.freeze({ force: true }))).to.equal(true)
    expect(condition?.matches({ force: false })).to.equal(false)
    expect(condition?.matches({})).to.equal(false)
  })

  it('writes the name of the plugin on its log lines', async () => {
    const lines: LoggedLine[] = []
    const registry = await load(await pluginsFolder({ sample: pluginSource('sample', '{}') }), {
      logger: recordingLogger(lines),
    })
    toolOf(registry, 'sample_run').logger.info('hello', { plugin: 'forged', a: 1 })
    expect(lines).to.deep.equal([{ level: 'info', message: 'hello', fields: { plugin: 'sample', a: 1 } }])
  })
})

describe('a tool that may destroy', () => {
  afterEach(removePluginsFolders)

  const reader = "{ name: 'read', scopes: ['a', 'b'] }"
  async function codes(tool: string, overrides = {}): Promise<readonly string[]> {
    const registry = await load(await pluginsFolder({ sample: pluginSource('sample', reader, tool) }), { overrides })
    return registry.faults.map((fault) => `${fault.code} ${fault.message}`)
  }

  it('may not have a scope of a read-only tool as its only scope', async () => {
    const [fault] = await codes("{ name: 'wipe', scopes: ['a'], annotations: {} }")
    expect(fault).to.match(/^shared_scope .*"wipe".*"read"/)
  })

  it('may not offer one as an alternative', async () => {
    expect(await codes("{ name: 'wipe', scopes: { anyOf: [['z'], ['b']] }, annotations: undefined }")).to.have.length(1)
  })

  for (const [when, tool] of [
    ['has a scope of its own', "{ name: 'wipe', scopes: ['c'], annotations: {} }"],
    ['needs one of its own beside it', "{ name: 'wipe', scopes: ['a', 'c'], annotations: {} }"],
    ['says that it only adds', "{ name: 'add', scopes: ['a'], annotations: { destructiveHint: false } }"],
    ['is read-only itself', "{ name: 'other', scopes: ['a'] }"],
  ] as const) {
    it(`loads if it ${when}`, async () => {
      expect(await codes(tool)).to.deep.equal([])
    })
  }

  it('loads if the operator says so', async () => {
    const overrides = { wipe: { allowSharedScope: true } }
    expect(await codes("{ name: 'wipe', scopes: ['a'], annotations: {} }", overrides)).to.deep.equal([])
  })

  it('is judged by the scopes that the operator set', async () => {
    const overrides = { wipe: { scopes: ['b'] } }
    expect(await codes("{ name: 'wipe', scopes: ['c'], annotations: {} }", overrides)).to.have.length(1)
  })
})

describe('overrides', () => {
  afterEach(removePluginsFolders)

  it('replace what the author declared', async () => {
    const folder = await pluginsFolder({
      sample: pluginSource(
        'sample',
        "{ timeoutMs: 5, when: [{ arguments: {}, scopes: ['x'] }], requires: { maxAgeSeconds: 60 } }",
      ),
    })
    const overrides = {
      sample_run: {
        scopes: { anyOf: [['p'], ['q', 'r', 'q']] },
        when: [{ arguments: {}, scopes: ['s'] }],
        requires: { acr: ['gold', 'gold'] },
        visibility: 'concealed',
        timeoutMs: 7,
      },
    } as const
    const { policy, timeoutMs } = toolOf(await load(folder, { overrides }), 'sample_run')
    expect(timeoutMs).to.equal(7)
    expect(policy).to.include({ visibility: 'concealed', declaredBy: 'config' })
    expect(policy.requires).to.deep.equal({ acr: ['gold'] })
    expect(policy.alternatives).to.deep.equal([['p'], ['q', 'r']])
    expect(policy.conditions.map(({ scopes, source }) => [scopes, source])).to.deep.equal([
      [['s'], 'when[0] of the config'],
    ])
  })

  it('do not stand in for scopes that the author left out', async () => {
    const folder = await pluginsFolder({ sample: pluginSource('sample', '{ scopes: undefined }') })
    const { faults } = await load(folder, { overrides: { sample_run: { scopes: ['x'] } } })
    expect(faults.map((fault) => fault.code)).to.deep.equal(['missing_scopes'])
  })

  it('are a fault if a condition of theirs cannot be compiled', async () => {
    const folder = await pluginsFolder({ sample: pluginSource('sample', '{}') })
    const when = [{ arguments: { pattern: '(?=a)' }, scopes: ['x'] }]
    const { faults } = await load(folder, { overrides: { sample_run: { when } } })
    expect(faults[0]).to.include({ code: 'schema_pattern', pointer: '/pattern' })
    expect(faults[0]?.message).to.include('tools.sample_run.when[0].arguments')
  })

  it('are looked up by own names alone', async () => {
    const folder = await pluginsFolder({ sample: pluginSource('sample', "{ name: 'constructor' }") })
    expect((await load(folder)).faults).to.deep.equal([])
  })
})

describe('settings and setup', () => {
  afterEach(removePluginsFolders)

  const source = `import { writeFileSync } from 'node:fs'
    import { join } from 'node:path'
    const tool = { name: 'sample_run', description: 'Runs.', scopes: ['a'], handler: () => 'done' }
    export default {
      name: 'sample',
      settings: {
        type: 'object', required: ['key'], additionalProperties: false,
        properties: { key: { type: 'string', minLength: 3, description: 'The key of the service.' }, depth: { type: 'integer', default: 4 } },
      },
      setup({ settings, dataFolder, logger }) {
        logger.info('opened', { settings, frozen: Object.isFrozen(settings), dataFolder })
        return {
          tools: [tool],
          ...(settings.key === 'none' ? { notConfigured: 'Set key.' } : {}),
          close() { writeFileSync(join(dataFolder, 'closed'), ''); if (settings.key === 'throw') throw new Error('stuck') },
        }
      },
    }`

  it('hands over validated, frozen settings with defaults, and a data folder that others cannot read', async () => {
    const lines: LoggedLine[] = []
    const folder = await pluginsFolder({ sample: source })
    const registry = await load(folder, { settings: { sample: { key: 'abc' } }, logger: recordingLogger(lines) })
    expect(registry.faults).to.deep.equal([])
    const dataFolder = join(folder, '.state/plugins/sample')
    expect(lines[0]?.fields).to.deep.equal({
      settings: { key: 'abc', depth: 4 },
      frozen: true,
      dataFolder,
      plugin: 'sample',
    })
    expect((await stat(dataFolder)).mode & 0o777).to.equal(0o700)
  })

  it('names each wrong setting by its place in the config and never its value', async () => {
    const settings = { sample: { key: 'x9', depth: 'deep-secret', more: 1 } }
    const { faults } = await load(await pluginsFolder({ sample: source }), { settings })
    expect(faults.map((fault) => fault.code)).to.deep.equal([
      'settings_invalid',
      'settings_invalid',
      'settings_invalid',
    ])
    const text = JSON.stringify(faults.map((fault) => fault.message))
    expect(text).to.include('plugins.settings[\\"sample\\"]/key').and.include('/depth').and.include('more')
    expect(text).not.to.include('x9').and.not.to.include('deep-secret')
    expect(faults.map((fault) => fault.mend)).to.include(
      'Correct it in mcp.config.ts; the plugin says of it: The key of the service.',
    )
  })

  it('refuses settings for a plugin that takes none, and for one that does not exist', async () => {
    const folder = await pluginsFolder({ plain: pluginSource('plain', '{}') })
    const { faults } = await load(folder, { settings: { plain: { a: 1 }, plein: { a: 1 } } })
    expect(faults.map((fault) => [fault.plugin, fault.code])).to.deep.equal([
      ['plain', 'settings_unexpected'],
      ['plein', 'settings_unknown_plugin'],
    ])
    expect(faults[1]?.mend).to.include('"plain"')
  })

  it('leaves the tools of a plugin that is not configured out of the catalogue, without a fault', async () => {
    const registry = await load(await pluginsFolder({ sample: source }), { settings: { sample: { key: 'none' } } })
    expect(registry.faults).to.deep.equal([])
    expect(registry.notConfigured).to.deep.equal([
      { plugin: 'sample', reason: 'Set key.', tools: ['sample_run'], things: [], scopes: ['a'] },
    ])
    expect(registry.catalogue.tools.size).to.equal(0)
    expect(registry.catalogue.plugins).to.deep.equal([])
  })

  it('closes every plugin, also when one throws and one hangs', async () => {
    const lines: LoggedLine[] = []
    const hang =
      "export default { name: 'hang', setup: () => ({ tools: [{ name: 'h', description: 'H.', scopes: ['h'], handler() {} }], close: () => new Promise(() => {}) }) }"
    const folder = await pluginsFolder({
      first: source.replaceAll('sample', 'first').replace("['a']", "['first']"),
      hang,
      sample: source,
    })
    const settings = { first: { key: 'throw' }, sample: { key: 'abc' } }
    const registry = await load(folder, { settings, logger: recordingLogger(lines), timeLimit: 400 })
    expect(registry.faults).to.deep.equal([])
    await registry.close()
    for (const name of ['first', 'sample']) await readFile(join(folder, '.state/plugins', name, 'closed'))
    const failed = lines
      .filter((line) => line.level === 'error')
      .map((line) => [line.fields['plugin'], line.fields['error']])
    expect(failed).to.deep.equal([
      ['first', 'Error: stuck'],
      ['hang', 'TimeLimitError: not done after 400 ms'],
    ])
  })

  it('closes a plugin that is left out for a fault of its tools', async () => {
    const folder = await pluginsFolder({ sample: source.replace("scopes: ['a'], ", '') })
    const { faults } = await load(folder, { settings: { sample: { key: 'abc' } } })
    expect(faults.map((fault) => fault.code)).to.deep.equal(['missing_scopes'])
    await readFile(join(folder, '.state/plugins/sample/closed'))
  })

  it('closes what a setup opens after it was given up', async () => {
    const late = source
      .replace('setup({', 'async setup({')
      .replace("logger.info('opened'", "await new Promise((done) => setTimeout(done, 600)); logger.info('opened'")
    const folder = await pluginsFolder({ sample: late })
    const { faults } = await load(folder, { settings: { sample: { key: 'abc' } }, timeLimit: 400 })
    expect(faults.map((fault) => fault.code)).to.deep.equal(['setup_timeout'])
    await sleep(500)
    await readFile(join(folder, '.state/plugins/sample/closed'))
  })

  it('names the plugin when its data folder cannot be made', async () => {
    const folder = await pluginsFolder({ sample: source })
    await writeFile(join(folder, '.state'), '')
    const { faults } = await load(folder, { settings: { sample: { key: 'abc' } } })
    expect(faults[0]).to.include({ plugin: 'sample', code: 'setup_failed' })
  })
})
