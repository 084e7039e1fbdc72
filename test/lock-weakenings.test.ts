import { loadConfig } from '@toolgate/config'
import { formatPins, inspectPolicy, inspectTools, lockFileOf, pinsOf, writeLockFile } from '@toolgate/core'
import { expect } from 'chai'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pluginFolder } from './support/plugin-folder.ts'

const plugin = `import { definePlugin, defineTool } from '@toolgate/plugin'
const vault = defineTool({
  name: 'vault_open', description: 'Opens.', scopes: ['vault:open'],
  when: [{ arguments: { properties: { all: { const: true } }, required: ['all'] }, scopes: ['vault:all'] }],
  inputSchema: { type: 'object', properties: { all: { type: 'boolean' } } },
  requires: { acr: ['gold'], maxAgeSeconds: 300 },
  authorize: () => undefined, mayRequire: ['vault:secret'],
  handler: () => 'open',
})
export default definePlugin({ name: 'vault', tools: [vault] })`

const base = {
  resource: 'http://127.0.0.1:8787/mcp',
  authorizationServers: [{ issuer: 'https://issuer.example' }],
  accessTool: true,
  grants: [{ claim: 'groups', anyOf: ['keepers'], scopes: ['vault:open'] }],
  scopes: { 'vault:all': { implies: ['vault:open'] } },
  tools: { toolgate_access: { scopes: ['vault:open'] } },
}
const line = (more: object) => ({ tools: { ...base.tools, vault_open: more } })

/** What weakens the whole, by the configuration or in the plugin, and what the fault says. */
const weaker: readonly (readonly [config: object, from: string, to: string, says: RegExp])[] = [
  [line({ scopes: 'authenticated' }), '', '', /^vault_open: any signed-in caller: denied -> /],
  [line({ when: [] }), '', '', /^vault_open: condition \w+ on arguments: vault:all -> absent$/],
  [line({ requires: { maxAgeSeconds: 300 } }), '', '', /^vault_open: acr: gold -> absent$/],
  [line({ requires: { acr: ['gold', 'tin'], maxAgeSeconds: 300 } }), '', '', /^vault_open: acr: gold -> gold tin$/],
  [line({ requires: { acr: ['tin'], maxAgeSeconds: 300 } }), '', '', /^vault_open: acr: gold -> tin$/],
  [line({ requires: { acr: ['gold'] } }), '', '', /^vault_open: maxAgeSeconds: 300 -> absent$/],
  [line({ requires: { acr: ['gold'], maxAgeSeconds: 301 } }), '', '', /^vault_open: maxAgeSeconds: 300 -> 301$/],
  [line({ visibility: 'listed' }), '', '', /^vault_open: granted -> listed$/],
  [{ tools: {} }, '', '', /^toolgate_access: any signed-in caller: denied -> allowed$/],
  [
    { scopes: { 'vault:all': { implies: ['vault:open', 'vault:secret'] } } },
    '',
    '',
    /^scopes\['vault:all'\]\.implies: /,
  ],
  [{ grants: [{ ...base.grants[0], anyOf: ['keepers', 'guests'] }] }, '', '', /^grants: .*guests/],
  [{}, "mayRequire: ['vault:secret']", 'mayRequire: []', /^vault_open: authorize: vault:secret -> \(no scopes\)$/],
  [
    {},
    "authorize: () => undefined, mayRequire: ['vault:secret'],",
    '',
    /^vault_open: authorize: vault:secret -> absent$/,
  ],
]

describe('check --locked', () => {
  const folders: string[] = []
  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true })
  })

  /** A folder whose lock file pins the whole, with another configuration and plugin in it. */
  async function locked(config: object, source: string) {
    const [pinned, folder] = await Promise.all([pluginFolder({ vault: plugin }), pluginFolder({ vault: source })])
    folders.push(pinned, folder)
    await writeFile(join(pinned, 'mcp.config.json'), JSON.stringify(base))
    await writeFile(join(folder, 'mcp.config.json'), JSON.stringify({ ...base, ...config }))
    const whole = await inspectPolicy(await loadConfig({ folder: pinned, environment: {} }))
    const loaded = await loadConfig({ folder, environment: {} })
    await writeLockFile(lockFileOf(loaded), formatPins(pinsOf(whole)))
    return inspectTools(loaded, true)
  }

  it('finds nothing in what is pinned, the tool of the host itself among it', async () => {
    const { faults, tools } = await locked({}, plugin)
    expect(faults).to.deep.equal([])
    expect(tools.map(({ tool }) => tool)).to.deep.equal(['toolgate_access', 'vault_open'])
  })

  for (const [config, from, to, says] of weaker) {
    it(`refuses what is weaker: ${says.source.replaceAll(/[\\^$]/g, '')}`, async () => {
      const source = from === '' ? plugin : plugin.replace(from, to)
      expect(source === plugin).to.equal(from === '')
      const { faults } = await locked(config, source)
      const opening = faults.filter(({ message }) => says.test(message))
      expect(opening, JSON.stringify(faults)).to.have.length.greaterThan(0)
      expect(opening[0]?.mend).to.match(/^If more is meant, run "toolgate lock"/)
    })
  }
})
