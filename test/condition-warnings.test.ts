import { loadConfig } from '@toolgate/config'
import { inspectTools } from '@toolgate/core'
import { expect } from 'chai'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestHost } from './support/host.ts'
import { pluginFolder } from './support/plugin-folder.ts'

const nested = { type: 'object', properties: { force: {} }, additionalProperties: false }
const inputSchema = {
  type: 'object',
  properties: { overwrite: {}, old: false, options: nested, either: { ...nested, type: ['object', 'string'] } },
  additionalProperties: false,
}
const needs = (...names: readonly string[]) => ({ required: names })

describe('a condition about what the input schema forbids', () => {
  let folder: string
  before(async () => {
    const tool = (name: string, more: object) =>
      `{ ...${JSON.stringify({ name, description: 'A draft.', scopes: ['draft:write'], ...more })}, handler: () => 'x' }`
    const tools = [
      tool('drafts_write', { inputSchema }),
      tool('drafts_open', { inputSchema: { ...inputSchema, additionalProperties: true } }),
      tool('drafts_by_pattern', { inputSchema: { ...inputSchema, patternProperties: { '^over': {} } } }),
      tool('drafts_bare', {}),
    ]
    folder = await pluginFolder({ drafts: `export default { name: 'drafts', tools: [${tools.join(', ')}] }` })
  })
  after(() => rm(folder, { recursive: true }))

  async function warningsAbout(name: string, condition: object, proposed = false): Promise<readonly string[]> {
    const tools = { [name]: { when: [{ arguments: condition, scopes: ['draft:replace'] }] } }
    const file = join(folder, 'mcp.config.json')
    const rules = proposed ? { shadow: { tools } } : { tools }
    await writeFile(file, JSON.stringify({ authority: {}, plugins: { folder: './plugins' }, ...rules }))
    const { warnings, faults } = await inspectTools(await loadConfig({ file, folder, environment: {} }))
    expect(faults).to.deep.equal([])
    return warnings.filter((warning) => warning.startsWith('when['))
  }

  it('is told with tool, property and mend, as one that can never match', async () => {
    expect(await warningsAbout('drafts_write', needs('overwirte', 'overwrite'))).to.deep.equal([
      'when[0] of the config for drafts_write can never match, and draft:replace is never asked for: the input schema of the tool forbids "overwirte" (additionalProperties: false). In the condition name what the schema has there ("overwrite", "options", "either"), or leave it out, or allow it in the schema',
    ])
    expect(await warningsAbout('drafts_bare', needs('any'))).to.deep.equal([
      'when[0] of the config for drafts_bare can never match, and draft:replace is never asked for: the input schema of the tool forbids "any" (additionalProperties: false). In the condition leave it out, or allow it in the schema',
    ])
    expect((await warningsAbout('drafts_write', needs('overwirte'), true)).join()).to.match(
      /^when\[0\] of the proposal/,
    )
  })

  const found: Readonly<Record<string, readonly [condition: object, words: RegExp]>> = {
    'that properties forbids': [needs('old'), /can never match.+forbids "old" \(properties\["old"\]: false\)/],
    'in allOf': [{ allOf: [needs('overwirte')] }, /can never match/],
    'deeper down': [
      { properties: { options: needs('forse') }, required: ['options'] },
      /can never match.+"options\.forse".+\("force"\)/,
    ],
    'deeper down, where nothing need be': [{ properties: { options: needs('forse') } }, /says of .+ what always holds/],
    'deeper down, where a string may be': [
      { properties: { either: needs('forse') }, required: ['either'] },
      /says of .+ what always holds/,
    ],
    'that it does not need': [{ properties: { overwirte: { const: true } } }, /says of "overwirte" what always holds/],
  }
  for (const [what, [condition, words]] of Object.entries(found)) {
    it(`is told ${what}`, async () => {
      const [warning, ...others] = await warningsAbout('drafts_write', condition)
      expect(warning).to.match(words)
      expect(others).to.deep.equal([])
    })
  }

  const sound: Readonly<Record<string, readonly [tool: string, condition: object]>> = {
    'that the schema has': ['drafts_write', needs('overwrite')],
    'of a schema that takes others too': ['drafts_open', needs('overwirte')],
    'that a pattern of the schema may take': ['drafts_by_pattern', needs('overwirte')],
    'one way of several': ['drafts_write', { anyOf: [needs('overwirte'), needs('overwrite')] }],
  }
  for (const [what, [tool, condition]] of Object.entries(sound)) {
    it(`is not told of a property ${what}`, async () => {
      expect(await warningsAbout(tool, condition)).to.deep.equal([])
    })
  }

  it('is told at the start too', async () => {
    const tools = { drafts_write: { when: [{ arguments: needs('overwirte'), scopes: ['draft:replace'] }] } }
    const host = await startTestHost({ plugins: join(folder, 'plugins'), config: { tools } })
    try {
      expect(host.host.summary.warnings.join('\n')).to.include('for drafts_write can never match')
    } finally {
      await host.close()
    }
  })
})
