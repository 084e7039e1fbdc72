import { expect } from 'chai'
import { join } from 'node:path'
import { configSchema, loadConfig } from '@toolgate/config'
import { resolved } from './support/faults.ts'

interface Described {
  readonly type?: unknown
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Described>>
}

function* keysOf(schema: Described, path: string): Generator<[string, Described]> {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const at = path === '' ? key : `${path}.${key}`
    yield [at, child]
    yield* keysOf(child, at)
  }
}

describe('configSchema', () => {
  const keys = [...keysOf(configSchema, '')]

  it('describes every key', () => {
    for (const [path, schema] of keys) expect(schema.description, path).to.match(/\w.*[.`]$/)
  })

  it('refuses unknown keys in every section', () => {
    const overrides = ['tools', 'resources', 'resourceTemplates', 'prompts']
    const open = ['scopes', ...overrides, 'plugins.settings', 'shadow.tools', 'shadow.plugins']
    for (const [path, schema] of keys.filter(([at, { type }]) => type === 'object' && !open.includes(at))) {
      expect(schema, path).to.have.property('additionalProperties', false)
    }
  })

  it('names the defaults that are applied', () => {
    const config = resolved({ authority: {} }) as unknown as Record<string, unknown>
    const bounds = ['limits', 'limits.sessions', 'limits.subscriptions', 'limits.tasks']
    const sections = [...bounds, 'listen', 'plugins', 'shadow', 'audit', 'stdio', 'tokenCache']
    const plain = keys.filter(
      ([path, schema]) => schema.default !== undefined && !sections.includes(path) && path !== 'plugins.folder',
    )
    expect(plain.length).to.be.greaterThan(14)
    for (const [path, schema] of plain) {
      const value = path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], config)
      expect(value, path).to.deep.equal(schema.default)
    }
  })

  it('can be written as JSON', () => {
    expect(JSON.parse(JSON.stringify(configSchema))).to.deep.equal(configSchema)
  })
})

describe('mcp.config.ts of this repository', () => {
  it('is one that starts', async () => {
    const config = await loadConfig({ folder: join(import.meta.dirname, '../../..'), environment: {} })
    expect(config.authority).to.deep.equal({ accessTokenSeconds: 3600, dpop: 'off' })
    expect(Object.keys(config.tools)).to.deep.equal(['notes_create', 'notes_delete', 'files_write'])
    for (const tool of Object.values(config.tools)) expect(tool).to.deep.equal({ visibility: 'listed' })
  })
})
