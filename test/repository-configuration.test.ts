import { loadConfig } from '@toolgate/config'
import { inspectTools, type Inspection } from '@toolgate/core'
import { expect } from 'chai'
import { resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '..')

async function inspect(environment: Readonly<Record<string, string>>): Promise<Inspection> {
  return inspectTools(await loadConfig({ folder, environment }))
}

describe('the configuration of this repository', () => {
  it('has no fault, and no tool that no sign-in reaches', async () => {
    const { faults, warnings } = await inspect({})
    expect(faults).to.deep.equal([])
    expect(warnings).to.deep.equal([])
  })

  it('lists every tool that writes, and asks for none of their scopes at the first sign-in', async () => {
    const { tools, initialScopes } = await inspect({})
    const writing = tools.filter((tool) => tool.reach !== 'initial')
    expect(writing.map(({ tool }) => tool)).to.deep.equal(['files_write', 'notes_create', 'notes_delete'])
    for (const { tool, visibility } of writing) expect(visibility, tool).to.equal('listed')
    expect(initialScopes.filter((scope) => scope.includes('write'))).to.deep.equal([])
  })

  it('is as toolgate.lock.json pins it, whatever the environment turns on', async () => {
    for (const environment of [{}, { TAVILY_API_KEY: 'tvly-example' }]) {
      const config = await loadConfig({ folder, environment })
      expect((await inspectTools(config, true)).faults, 'run: npx toolgate lock').to.deep.equal([])
    }
  })

  it('turns web-search on by TAVILY_API_KEY, and says so where it is not set', async () => {
    const off = await inspect({})
    expect(off.notConfigured.map(({ plugin }) => plugin)).to.deep.equal(['web-search'])
    expect(off.tools.map(({ tool }) => tool)).to.not.include('web_search')
    const on = await inspect({ TAVILY_API_KEY: 'tvly-example' })
    expect(on.notConfigured).to.deep.equal([])
    expect(on.faults).to.deep.equal([])
    expect(on.tools.find(({ tool }) => tool === 'web_search')).to.include({ reach: 'initial' })
  })
})
