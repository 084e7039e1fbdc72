import { expect } from 'chai'
import { definePlugin, defineTool, type PluginSetupContext } from '../src/index.ts'

const tool = defineTool({ name: 'a_b', description: 'c', scopes: ['a:b'], handler: () => 'd' })
const host = {
  logger: console,
  dataFolder: '/nonexistent',
  resourceUpdated: () => undefined,
  changed: () => Promise.resolve(true),
}

describe('definePlugin', () => {
  it('returns the definition itself, frozen', () => {
    const definition = { name: 'a', tools: [tool] }
    expect(definePlugin(definition)).to.equal(definition).and.to.be.frozen
  })

  it('infers the settings of setup from the settings schema', async () => {
    const plugin = definePlugin({
      name: 'a',
      settings: {
        type: 'object',
        properties: { file: { type: 'string', default: './a.db' }, limit: { type: 'integer' } },
        additionalProperties: false,
      },
      setup({ settings }) {
        // Assigned to types, so that the check of types fails if the inference does.
        const file: string = settings.file
        const limit: number | undefined = settings.limit
        return { tools: [{ ...tool, description: `${file} ${limit ?? 'none'}` }] }
      },
    })
    const context: PluginSetupContext = { ...host, settings: { file: 'x.db' } }
    expect((await plugin.setup?.(context))?.tools?.[0]?.description).to.equal('x.db none')
  })

  it('lets setup be asynchronous, close what it opened and say what is not configured', async () => {
    let closed = false
    const plugin = definePlugin({
      name: 'a',
      setup: async () => ({
        tools: [tool],
        notConfigured: 'Set the key.',
        close() {
          closed = true
        },
      }),
    })
    const setup = await plugin.setup?.({ ...host, settings: {} })
    await setup?.close?.()
    expect(setup?.notConfigured).to.equal('Set the key.')
    expect(closed).to.be.true
  })
})
