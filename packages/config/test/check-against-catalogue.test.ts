import { expect } from 'chai'
import { checkAgainstCatalogue, type CatalogueFacts } from '@toolgate/config'
import { resolved } from './support/faults.ts'

const facts: CatalogueFacts = {
  tools: [
    { name: 'notes_list', plugin: 'notes', scopes: ['notes:read'], conditionalScopes: [] },
    { name: 'notes_write', plugin: 'notes', scopes: ['notes:write'], conditionalScopes: ['notes:force'] },
  ],
  notConfiguredTools: ['web_search'],
  notConfiguredScopes: ['web:search'],
}

function faults(config: object, loaded = facts): readonly string[] {
  return checkAgainstCatalogue(resolved({ authority: {}, ...config }), loaded).map(
    ({ code, path, mend }) => `${code} ${path} ${mend}`,
  )
}

describe('checkAgainstCatalogue', () => {
  it('finds nothing in a config that fits', () => {
    const config = {
      tools: { notes_list: {}, web_search: { visibility: 'listed' } },
      scopes: { 'notes:write': { implies: ['notes:read'] }, 'notes:force': {}, 'web:search': {} },
      initialScopes: ['notes:read'],
    }
    expect(faults(config)).to.deep.equal([])
  })

  it('takes a scope for used that stands for one that a tool needs', () => {
    expect(
      faults({ scopes: { all: { implies: ['most'] }, most: { implies: ['notes:read'] } }, initialScopes: ['all'] }),
    ).to.deep.equal([])
  })

  it('names an override of a tool that is not loaded', () => {
    expect(faults({ tools: { note_list: {} } })).to.deep.equal([
      'unknown_tool tools.note_list Did you mean "notes_list"?',
    ])
    expect(faults({ tools: { other_thing: {} } })[0]).to.match(/^unknown_tool tools\.other_thing Remove it/)
  })

  it('names a scope that no tool needs', () => {
    expect(faults({ scopes: { 'notes:raed': {} } })).to.deep.equal([
      'unused_scope scopes["notes:raed"] Did you mean "notes:read"?',
    ])
  })

  it('names a scope of the local client that no tool needs', () => {
    expect(faults({ stdio: { scopes: ['notes:read', 'notes:wirte'] } })).to.deep.equal([
      'unused_scope stdio.scopes[1] Did you mean "notes:write"?',
    ])
  })

  it('names an implied scope that no tool needs and nothing describes', () => {
    expect(faults({ scopes: { 'notes:write': { implies: ['notes:read', 'notes:reed'] } } })).to.deep.equal([
      'unknown_implied_scope scopes["notes:write"].implies[1] Did you mean "notes:read"?',
    ])
  })

  it('names a tool that nobody could call, as the embedded server sends no acr', () => {
    const asking = { ...facts, tools: facts.tools.map((tool) => ({ ...tool, needsAcr: tool.name === 'notes_write' })) }
    expect(faults({}, asking)).to.deep.equal([
      'unreachable_acr tools.notes_write.requires Ask for maxAgeSeconds alone there, or use an authorization server of your own that sends acr.',
    ])
    const external = { authority: undefined, authorizationServers: [{ issuer: 'https://as.example' }] }
    expect(faults(external, asking)).to.deep.equal([])
  })

  it('names an initial scope that no tool needs', () => {
    expect(faults({ initialScopes: ['notes:read', 'admin'] })).to.deep.equal([
      'unused_scope initialScopes[1] Remove it.',
    ])
  })
})
