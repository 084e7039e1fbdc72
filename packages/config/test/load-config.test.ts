import { expect } from 'chai'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError, loadConfig } from '@toolgate/config'

let folder: string

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
}

async function refusal(options: { readonly file?: string } = {}): Promise<ConfigError> {
  const error: unknown = await loadConfig({ folder, environment: {}, ...options }).catch((thrown: unknown) => thrown)
  if (error instanceof ConfigError) return error
  throw new TypeError('the config was taken')
}

describe('loadConfig', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(import.meta.dirname, '.tmp-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const module = "export default { authority: {}, name: 'found' }"
  const sources: readonly (readonly [string, string])[] = [
    [
      'mcp.config.ts',
      "import { defineConfig } from '@toolgate/config'\nconst name: string = 'found'\nexport default defineConfig({ authority: {}, name })",
    ],
    ['mcp.config.js', module],
    ['mcp.config.mjs', module],
    ['mcp.config.json', '{ "$schema": "./config.schema.json", "authority": {}, "name": "found" }'],
    ['mcp.config.yaml', 'authority: {}\nname: found\n'],
  ]
  for (const [name, source] of sources) {
    it(`finds ${name} and starts relative paths at its folder`, async () => {
      await write({ [name]: source })
      const config = await loadConfig({ folder, environment: {} })
      expect(config).to.include({ name: 'found', file: join(folder, name), dataFolder: join(folder, '.toolgate') })
    })
  }

  it('takes a file of another name and place, from the folder', async () => {
    await mkdir(join(folder, 'etc'))
    await write({ 'etc/team.ts': module })
    const config = await loadConfig({ folder, file: 'etc/team.ts', environment: {} })
    expect(config).to.include({ name: 'found', dataFolder: join(folder, 'etc/.toolgate') })
    expect(config.plugins.folder).to.equal(join(folder, 'etc/plugins'))
  })

  it('takes a config with a top-level await', async () => {
    await write({
      'mcp.config.ts': "const name: string = await Promise.resolve('found')\nexport default { authority: {}, name }",
    })
    expect(await loadConfig({ folder, environment: {} })).to.include({ name: 'found' })
  })

  const refusals: readonly (readonly [string, Readonly<Record<string, string>>, string, RegExp, RegExp])[] = [
    ['there is none', {}, 'not_found', /mcp\.config\.ts/, /toolgate init/],
    [
      'there are two',
      { 'mcp.config.ts': module, 'mcp.config.json': '{}' },
      'ambiguous',
      /mcp\.config\.ts, .*mcp\.config\.json/,
      /--config/,
    ],
    [
      'it has no default export',
      { 'mcp.config.ts': 'export const a = 1' },
      'empty',
      /default export/,
      /export default/,
    ],
    [
      'its default export is null',
      { 'mcp.config.ts': 'export default null' },
      'empty',
      /default export/,
      /export default/,
    ],
    ['it is empty', { 'mcp.config.ts': '' }, 'empty', /empty/, /export default/],
    ['the YAML is empty', { 'mcp.config.yaml': '# nothing\n' }, 'unreadable', /empty/, /Correct/],
    [
      'it throws',
      { 'mcp.config.ts': "throw new RangeError('too far')" },
      'unreadable',
      /RangeError: too far/,
      /Correct/,
    ],
    [
      'it throws after a top-level await',
      { 'mcp.config.ts': "await null\nthrow new RangeError('too far')" },
      'unreadable',
      /RangeError: too far/,
      /Correct/,
    ],
    [
      'it does not parse',
      { 'mcp.config.ts': '\nexport default {' },
      'unreadable',
      /SyntaxError.+ \(line 2\)/,
      /Correct/,
    ],
    ['it imports what is not there', { 'mcp.config.mjs': "import './gone.mjs'" }, 'unreadable', /gone\.mjs/, /Correct/],
    ['the JSON does not parse', { 'mcp.config.json': '{' }, 'unreadable', /JSON/, /Correct/],
    ['the YAML does not parse', { 'mcp.config.yaml': 'a: [' }, 'unreadable', /YAML/, /Correct/],
    [
      'it would import other files',
      { 'mcp.config.json': '{ "$import": "other.json", "authority": {} }', 'other.json': '{ "name": "x" }' },
      'unknown_key',
      /unknown key/,
      /\w/,
    ],
  ]
  for (const [when, files, code, message, mend] of refusals) {
    it(`names ${code} when ${when}`, async () => {
      await write(files)
      const { faults } = await refusal()
      expect(faults[0]).to.include({ code })
      expect(faults[0]?.message).to.match(message)
      expect(faults[0]?.mend).to.match(mend)
    })
  }

  it('names the file that was asked for and is not there', async () => {
    const { faults, file } = await refusal({ file: 'gone.ts' })
    expect(faults[0]).to.include({ code: 'not_found' })
    expect(file).to.equal(join(folder, 'gone.ts'))
  })

  it('does not search the folders above', async () => {
    await mkdir(join(folder, 'below'))
    await write({ 'mcp.config.ts': module })
    const error: unknown = await loadConfig({ folder: join(folder, 'below'), environment: {} }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).to.be.instanceOf(ConfigError)
  })

  it('tells every fault in its message, with the file beside', async () => {
    await write({ 'mcp.config.json': '{ "visibility": 1 }' })
    const error = await refusal()
    expect(error).to.include({ code: 'config_unusable', file: join(folder, 'mcp.config.json') })
    expect(error.message).to.match(/visibility must be one of.*; authorizationServers is missing/)
  })
})
