import { expect } from 'chai'
import { loadConfig } from '@toolgate/config'
import {
  changeText,
  diffPins,
  explainCall,
  explainDenial,
  inspectPolicy,
  inspectTools,
  pinsOf,
  policyMatrix,
  readCaller,
  thingsFor,
  type InspectedPolicy,
} from '@toolgate/core'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestHost } from './support/host.ts'
import { ask, startShelfHost } from './support/things/ask.ts'

describe('the policy of things', () => {
  let host: TestHost
  let inspected: InspectedPolicy
  const load = (file: string) => loadConfig({ file, folder: host.folder, environment: {} })
  before(async () => {
    host = await startShelfHost({ config: { accessTool: true } })
    inspected = await inspectPolicy(await load(join(host.folder, 'mcp.config.json')))
  })
  after(() => host.close())

  const explain = async (tool: string, scopes: readonly string[], args?: unknown) => {
    const caller = await readCaller(inspected, { scopes }, 0)
    return explainCall(inspected, { tool, caller, args: args === undefined ? undefined : { value: args } })
  }

  it('is in the matrix by the key of each', () => {
    const { scopes, tools } = policyMatrix(inspected)
    const cell = (tool: string, scope: string) => tools.find((row) => row.tool === tool)?.cells[scopes.indexOf(scope)]
    expect(cell('template shelf://books/{id}', 'shelf:read')).to.equal('depends-on-arguments')
    expect(cell('template shelf://books/{id}', 'shelf:private')).to.equal('demand')
    expect(cell('prompt shelf_review', 'shelf:write')).to.equal('allow')
    expect(cell('resource shelf://ledger', 'shelf:read')).to.equal('part')
  })

  it('shows a caller the same as the wire', async () => {
    for (const scope of ['', 'shelf:read', 'shelf:secret']) {
      const shown = thingsFor(inspected, scope.split(' '))
      const token = await host.token(scope)
      const on = async (method: string) => (await ask('2025-11-25', host.url, token, method)).result()
      expect((await on('prompts/list')).prompts).to.deep.equal(shown.prompts)
      expect((await on('resources/templates/list')).resourceTemplates).to.deep.equal(shown.resourceTemplates)
      expect((await on('resources/list')).resources).to.include.deep.members([...shown.resources])
    }
  })

  it('explains a read by its URI, with the answer of the wire', async () => {
    const uri = 'shelf://books/restricted'
    const explanation = await explain(`resource ${uri}`, ['shelf:read'])
    expect(explanation).to.deep.include({
      tool: 'template shelf://books/{id}',
      effect: 'deny',
      missing: ['shelf:restricted'],
    })
    const wire = await ask('2025-11-25', host.url, await host.token('shelf:read'), 'resources/read', { uri })
    expect(explanation.answer?.status).to.equal(wire.status)
    expect(explanation.answer?.headers['WWW-Authenticate']).to.equal(wire.headers['www-authenticate'])
  })

  it('explains what is concealed, unknown or given wrong arguments', async () => {
    const bodyOf = async (...call: Parameters<typeof explain>) => (await explain(...call)).answer?.body
    const notFound = (uri: string) => ({ code: -32602, message: 'Resource not found', data: { uri } })
    expect(await bodyOf('resource shelf://hidden', [], {})).to.deep.include({ error: notFound('shelf://hidden') })
    expect(await bodyOf('resource shelf://none', [], {})).to.deep.include({ error: notFound('shelf://none') })
    expect(await bodyOf('prompt shelf_plot', [], {})).to.deep.include({
      error: { code: -32602, message: 'Unknown prompt: shelf_plot' },
    })
    expect(await bodyOf('prompt shelf_summary', ['shelf:read'], {})).to.have.nested.property('error.code', -32602)
  })

  it('explains a denial of the audit', async () => {
    await ask('2025-11-25', host.url, await host.token('shelf:other'), 'prompts/get', { name: 'shelf_summary' })
    const record = (await host.audit()).findLast((each) => each.type === 'decision')
    if (record?.type !== 'decision') throw new TypeError('nothing was decided')
    const { explanation, mends, sameRules } = explainDenial(inspected, record)
    expect(sameRules).to.equal(true)
    expect(explanation).to.deep.include({ tool: 'prompt shelf_summary', missing: ['shelf:read'] })
    expect(mends?.operator).to.include("set prompts.shelf_summary.visibility to 'listed'")
  })

  it('tells a caller what it may have by the access tool, and nothing of what is concealed', async () => {
    const params = { name: 'toolgate_access', arguments: {} }
    const answer = await ask('2025-11-25', host.url, await host.token('shelf:read'), 'tools/call', params)
    expect(answer.text).to.include('You may have ').and.to.include('prompt shelf_summary')
    expect(answer.text).not.to.include('hidden').and.not.to.include('vault').and.not.to.include('shelf_plot')
  })

  it('pins things, and tells what opens and what changes', async () => {
    const before = pinsOf(inspected)
    const file = join(host.folder, 'other.config.json')
    const { default: config } = (await import(join(host.folder, 'mcp.config.json'), { with: { type: 'json' } })) as {
      default: Record<string, unknown>
    }
    const prompts = { shelf_review: { visibility: 'granted' }, shelf_summary: { scopes: 'authenticated' } }
    await writeFile(file, JSON.stringify({ ...config, prompts: { ...(config.prompts as object), ...prompts } }))
    const after = pinsOf(await inspectPolicy(await load(file)))
    expect(diffPins(before, before)).to.deep.equal([])
    expect(diffPins(before, after).map((change) => changeText(change))).to.include.members([
      'prompt shelf_summary: any signed-in caller: denied -> depends-on-arguments',
      'prompt shelf_review: listed -> granted',
    ])
    const kinds = before.tools.map(({ tool }) => tool.split(' ')[0])
    expect(new Set(kinds)).to.deep.equal(new Set(['prompt', 'resource', 'template', 'toolgate_access']))
  })

  it('names an override of nothing, and what no sign-in reaches', async () => {
    const file = join(host.folder, 'wrong.config.json')
    const { default: config } = (await import(join(host.folder, 'mcp.config.json'), { with: { type: 'json' } })) as {
      default: Record<string, unknown>
    }
    const wrong = {
      resources: { 'shelf://mottos': {} },
      resourceTemplates: { 'shelf://book/{id}': {} },
      prompts: { shelf_sumary: {} },
      initialScopes: [],
    }
    await writeFile(file, JSON.stringify({ ...config, ...wrong }))
    const { faults, warnings } = await inspectTools(await load(file))
    expect(faults.map(({ path }) => path)).to.deep.equal([
      'resources["shelf://mottos"]',
      'resourceTemplates["shelf://book/{id}"]',
      'prompts.shelf_sumary',
    ])
    expect(faults.map(({ mend }) => mend).join())
      .to.include('shelf://motto')
      .and.to.include('shelf_summary')
    expect(warnings.join('\n')).to.include(`set resourceTemplates["shelf://books/{id}"].visibility to 'listed'`)
  })
})
