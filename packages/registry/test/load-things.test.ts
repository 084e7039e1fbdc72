import { expect } from 'chai'
import type { LoadFaultCode } from '@toolgate/registry'
import { load, pluginsFolder, removePluginsFolders } from './support/plugins-folder.ts'

const sound = `
  const resource = { uri: 'a:one', name: 'one', scopes: ['a:read'], read: () => 'x' }
  const template = { uriTemplate: 'a:{id}', name: 'many', scopes: ['a:read'], read: () => 'x' }
  const prompt = { name: 'a_prompt', scopes: ['a:read'], get: () => 'x' }
`

/** Source of a plugin with one of each, each put over a sound one. */
function source(name: string, { resource = '{}', template = '{}', prompt = '{}' } = {}): string {
  return `${sound}
    export default {
      name: '${name}',
      resources: [{ ...resource, ...(${resource}) }],
      resourceTemplates: [{ ...template, ...(${template}) }],
      prompts: [{ ...prompt, ...(${prompt}) }],
    }`
}

interface Broken {
  readonly resource?: string
  readonly template?: string
  readonly prompt?: string
  readonly code: LoadFaultCode
  readonly message: RegExp
}

const broken: readonly Broken[] = [
  { resource: '{ scopes: undefined }', code: 'missing_scopes', message: /resource "a:one": scopes declares no scopes/ },
  { template: '{ scopes: undefined }', code: 'missing_scopes', message: /resource template "a:\{id\}": scopes/ },
  { prompt: '{ scopes: undefined }', code: 'missing_scopes', message: /prompt "a_prompt": scopes/ },
  { resource: "{ scopes: ['a b'] }", code: 'bad_scopes', message: /"a b"/ },
  { resource: "{ uri: 'one' }", code: 'bad_uri', message: /resources\[0\] has the uri "one"/ },
  { resource: "{ uri: 'a:b c' }", code: 'bad_uri', message: /"a:b c"/ },
  { resource: "{ uri: 'a:{b}' }", code: 'bad_uri', message: /a:\{b\}/ },
  { resource: "{ uri: 'a:' + 'b'.repeat(2_048) }", code: 'bad_uri', message: /resources\[0\]/ },
  { resource: "{ uri: 'a:%41%2fb' }", code: 'bad_uri', message: /"a:%41%2fb", which encodes more than it must/ },
  { resource: "{ uri: 'a:b%21' }", code: 'bad_uri', message: /"a:b%21", which encodes more than it must/ },
  { template: "{ uriTemplate: 'a:b' }", code: 'bad_uri', message: /resourceTemplates\[0\].* no variable/ },
  { resource: '{ when: [] }', code: 'unknown_key', message: /"when"/ },
  { template: "{ uri: 'a:b' }", code: 'unknown_key', message: /"uri"/ },
  { prompt: '{ handler() {} }', code: 'unknown_key', message: /"handler"/ },
  { resource: '{ name: undefined }', code: 'bad_text', message: /name/ },
  { resource: "{ title: 'a\\u202eb' }", code: 'bad_text', message: /U\+202E/ },
  { resource: "{ mimeType: 'text' }", code: 'bad_text', message: /mimeType/ },
  { resource: '{ size: -1 }', code: 'bad_text', message: /size/ },
  { resource: '{ annotations: { priority: 2 } }', code: 'bad_annotations', message: /annotations/ },
  { resource: '{ read: undefined }', code: 'missing_handler', message: /has no read/ },
  { prompt: '{ get: 7 }', code: 'missing_handler', message: /has no get/ },
  { template: '{ list: [] }', code: 'missing_handler', message: /list is no function/ },
  { template: '{ complete: { other: () => [] } }', code: 'unknown_key', message: /"other"/ },
  { template: '{ complete: { id: [] } }', code: 'bad_completion', message: /complete\.id is no function/ },
  { template: '{ when: [{ arguments: {} }] }', code: 'bad_scopes', message: /when\[0\]\.scopes/ },
  { template: '{ authorize() {} }', code: 'bad_may_require', message: /mayRequire is missing/ },
  { resource: '{ requires: {} }', code: 'bad_freshness', message: /requires/ },
  { prompt: '{ timeoutMs: 0 }', code: 'bad_timeout', message: /timeoutMs/ },
  { prompt: "{ name: 'a b' }", code: 'bad_name', message: /"a b"/ },
  { prompt: '{ arguments: [] }', code: 'bad_prompt', message: /arguments is not an object/ },
  { prompt: '{ arguments: { __proto__: null, "1a": {} } }', code: 'bad_name', message: /arguments\.1a/ },
  { prompt: '{ arguments: { a: 7 } }', code: 'bad_prompt', message: /arguments\.a is not an object/ },
  { prompt: "{ arguments: { a: { required: 'yes' } } }", code: 'bad_prompt', message: /required/ },
  { prompt: '{ arguments: { a: { type: 1 } } }', code: 'unknown_key', message: /"type"/ },
  { prompt: '{ arguments: { a: { complete: 1 } } }', code: 'bad_completion', message: /complete\.a/ },
]

describe('loading resources, templates and prompts', () => {
  afterEach(removePluginsFolders)

  it('gives one of each, frozen, by the key that it is judged by', async () => {
    const { catalogue, faults } = await load(await pluginsFolder({ sample: source('sample') }))
    expect(faults).to.deep.equal([])
    const keys = ['resource a:one', 'template a:{id}', 'prompt a_prompt']
    expect([...catalogue.entries.keys()].sort()).to.deep.equal(keys.toSorted())
    for (const key of keys) {
      const entry = catalogue.entries.get(key)
      expect(entry, key).to.be.frozen
      expect(entry?.listing, key).to.be.frozen
      expect(entry?.policy, key).to.deep.include({ tool: key, alternatives: [['a:read']], visibility: 'granted' })
    }
    expect(catalogue.entries).not.to.have.property('set')
  })

  for (const { code, message, ...which } of broken) {
    it(`names ${code} for ${JSON.stringify(which)}`, async () => {
      const { catalogue, faults } = await load(await pluginsFolder({ sample: source('sample', which) }))
      const found = faults.find((fault) => fault.code === code)
      expect(found, JSON.stringify(faults)).to.include({ plugin: 'sample' })
      expect(found?.message).to.match(message)
      expect(found?.mend).to.match(/\.$|…|_ \. -$/)
      expect(catalogue.entries.size).to.equal(0)
    })
  }

  it('puts the overrides of the operator over what the author declared', async () => {
    const folder = await pluginsFolder({ sample: source('sample') })
    const things = {
      resources: { 'a:one': { scopes: ['a:admin'], timeoutMs: 5 } },
      resourceTemplates: { 'a:{id}': { visibility: 'concealed' as const } },
      prompts: { a_prompt: { requires: { maxAgeSeconds: 60 } } },
    }
    const { catalogue } = await load(folder, { things })
    const policyOf = (key: string) => catalogue.entries.get(key)?.policy
    expect(policyOf('resource a:one')).to.deep.include({ alternatives: [['a:admin']], declaredBy: 'config' })
    expect(catalogue.entries.get('resource a:one')?.timeoutMs).to.equal(5)
    expect(policyOf('template a:{id}')).to.include({ visibility: 'concealed' })
    expect(policyOf('prompt a_prompt')?.requires).to.deep.equal({ maxAgeSeconds: 60 })
  })

  it('names both plugins that have one URI, one template or one prompt, and loads neither', async () => {
    const folder = await pluginsFolder({
      one: source('one', { resource: "{ uri: 'a:1' }", template: "{ uriTemplate: 'b:{x}' }" }),
      two: source('two', { resource: "{ uri: 'a:1' }", prompt: "{ name: 'other' }" }),
      three: source('three', {
        resource: "{ uri: 'a:3' }",
        template: "{ uriTemplate: 'c:{x}' }",
        prompt: "{ name: 'A_Prompt' }",
      }),
      four: source('four', {
        resource: "{ uri: 'a:4' }",
        template: "{ uriTemplate: 'd:{x}' }",
        prompt: "{ name: 'four' }",
      }),
    })
    const { catalogue, faults } = await load(folder)
    expect(faults.map(({ plugin, code }) => [plugin, code]).sort()).to.deep.equal([
      ['one', 'duplicate_thing'],
      ['one', 'duplicate_thing'],
      ['three', 'duplicate_thing'],
      ['two', 'duplicate_thing'],
    ])
    expect(faults.map(({ message }) => message).join('\n')).to.include(
      'two resources are one: "a:1" of one and "a:1" of two',
    )
    expect([...catalogue.prompts.keys()]).to.deep.equal(['four'])
  })

  it('makes another generation when what is offered changes', async () => {
    const generationOf = async (resource: string) =>
      (await load(await pluginsFolder({ sample: source('sample', { resource }) }))).catalogue.generation
    const one = await generationOf('{}')
    expect(await generationOf('{}')).to.equal(one)
    expect(await generationOf("{ description: 'Other.' }")).not.to.equal(one)
    expect(await generationOf("{ scopes: ['a:other'] }")).not.to.equal(one)
  })

  it('takes a plugin whose setup gives nothing but a prompt', async () => {
    const text = `${sound} export default { name: 'sample', setup: () => ({ prompts: [prompt] }) }`
    const { catalogue, faults } = await load(await pluginsFolder({ sample: text }))
    expect(faults).to.deep.equal([])
    expect([...catalogue.prompts.keys()]).to.deep.equal(['a_prompt'])
  })
})
