import { loadConfig } from '@toolgate/config'
import { diffPins, formatPins, inspectPolicy, inspectTools, lockFileOf, pinsOf, writeLockFile } from '@toolgate/core'
import { expect } from 'chai'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pluginFolder } from './support/plugin-folder.ts'

const waiting = (tools: string) => `import { definePlugin, defineTool } from '@toolgate/plugin'
const tool = defineTool({ name: 'waiting_tool', description: 'Waits.', scopes: ['w'], handler: () => 'x' })
export default definePlugin({
  name: 'waiting',
  settings: { type: 'object', properties: { key: { type: 'string', default: '' } } },
  setup: ({ settings }) => (settings.key === '' ? { tools: ${tools}, notConfigured: 'Set key.' } : { tools: [tool] }),
})`
const sound = `import { definePlugin, defineTool } from '@toolgate/plugin'
export default definePlugin({ name: 'sound', tools: [defineTool({ name: 'sound_tool', description: 'Fine.', scopes: ['s'], handler: () => 'fine' })] })`

describe('what is pinned', () => {
  const folders: string[] = []
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
  })

  async function host(plugins: Readonly<Record<string, string>>, document: object = { authority: {} }) {
    const folder = await pluginFolder(plugins)
    folders.push(folder)
    await writeFile(join(folder, 'mcp.config.json'), JSON.stringify(document))
    return (environment: Readonly<Record<string, string>> = {}) => loadConfig({ folder, environment })
  }

  const byKey = {
    authority: {},
    plugins: { settings: { waiting: { key: { $env: 'KEY', optional: true } } } },
  }

  it('is the same whether a plugin has its settings or waits for them', async () => {
    const load = await host({ waiting: waiting('[tool]'), sound }, byKey)
    const off = pinsOf(await inspectPolicy(await load()))
    const on = pinsOf(await inspectPolicy(await load({ KEY: 'secret-key' })))
    expect(off.tools.map(({ tool }) => tool)).to.deep.equal(['sound_tool', 'waiting_tool'])
    expect(formatPins(on)).to.equal(formatPins(off))
  })

  it('stays pinned of a plugin that waits and tells no tools, and is refused when it comes without a pin', async () => {
    const load = await host({ waiting: waiting('[]'), sound }, byKey)
    const [off, on] = [await load(), await load({ KEY: 'secret-key' })]
    const faults = async () => [(await inspectTools(off, true)).faults, (await inspectTools(on, true)).faults]

    await writeLockFile(lockFileOf(off), formatPins(pinsOf(await inspectPolicy(off))))
    const [none, some] = await faults()
    expect(none).to.deep.equal([])
    expect(some?.map(({ message }) => message)).to.deep.equal([
      'waiting_tool: absent -> granted; with w: denied -> allowed',
    ])

    const whole = pinsOf(await inspectPolicy(on))
    await writeLockFile(lockFileOf(off), formatPins(whole))
    expect(await faults()).to.deep.equal([[], []])
    expect(formatPins(pinsOf(await inspectPolicy(off), whole))).to.equal(formatPins(whole))
  })

  it('changes with the plugin that a tool comes from, though nothing else differs', async () => {
    const load = await host({ sound })
    const other = await host({ other: sound.replace("name: 'sound'", "name: 'other'") })
    const changes = diffPins(pinsOf(await inspectPolicy(await load())), pinsOf(await inspectPolicy(await other())))
    expect(changes).to.deep.equal([
      { direction: 'changes', subject: 'fact', tool: 'sound_tool', fact: 'plugin', from: 'sound', to: 'other' },
    ])
  })

  it('holds rules of grants without an issuer that the environment sets', async () => {
    const grants = [{ claim: 'groups', anyOf: ['ops', 'admins'], scopes: ['s'] }]
    const load = await host({ sound }, { authorizationServers: [{ issuer: { $env: 'ISSUER' } }], grants })
    const [here, there] = await Promise.all(
      ['https://here.example', 'https://there.example'].map(async (ISSUER) =>
        formatPins(pinsOf(await inspectPolicy(await load({ ISSUER })))),
      ),
    )
    expect(here).to.equal(there)
    expect(here).not.to.contain('here.example')
    expect(JSON.parse(String(here)))
      .to.have.property('grants')
      .that.deep.equals([
        {
          issuer: '(from the environment)',
          conditions: [{ claim: 'groups', anyOf: { admins: true, ops: true } }],
          scopes: 's',
        },
      ])
  })

  it('is refused as another definition, whatever part of it changed', async () => {
    const load = await host({ sound })
    const before = pinsOf(await inspectPolicy(await load()))
    for (const [from, to, fact] of [
      ["description: 'Fine.'", "description: 'Finer.'", 'description'],
      ["description: 'Fine.'", "description: 'Fine.', title: 'Sound'", 'title'],
      ["scopes: ['s']", "scopes: ['s'], inputSchema: { type: 'object' }", 'inputSchema'],
      ["scopes: ['s']", "scopes: ['s'], outputSchema: { type: 'object' }", 'outputSchema'],
      ["scopes: ['s']", "scopes: ['s'], annotations: { openWorldHint: true }", 'annotations'],
    ] as const) {
      const changed = await host({ sound: sound.replace(from, to) })
      const changes = diffPins(before, pinsOf(await inspectPolicy(await changed())))
      expect(changes, fact).to.have.lengthOf(1)
      expect(changes[0]).to.include({ direction: 'changes', tool: 'sound_tool', fact })
    }
  })
})
