import { checkAgainstCatalogue } from '@toolgate/config'
import { expect } from 'chai'
import { itNamesEach, resolved } from './support/faults.ts'

const issuer = 'https://as.example'
const one = [{ issuer }]
const two = [{ issuer }, { issuer: 'https://other.example' }]
const rule = { claim: 'groups', anyOf: ['admins'], scopes: ['s'] }

describe('grants', () => {
  it('are none by default', () => {
    expect(resolved({ authority: {} }).grants).to.deep.equal([])
  })

  it('are resolved to one issuer and a list of conditions each, and frozen', () => {
    const all = [
      { claim: 'groups', anyOf: ['a', 'b'] },
      { claim: 'tenant', equals: 't' },
    ]
    const role = { claim: 'role', equals: 'admin', scopes: ['s', 't'] }
    const { grants } = resolved({ authorizationServers: one, grants: [rule, role, { all, scopes: ['u'] }] })
    expect(grants).to.deep.equal([
      { source: 'grants[0]', issuer, conditions: [{ claim: 'groups', anyOf: ['admins'] }], scopes: ['s'] },
      { source: 'grants[1]', issuer, conditions: [{ claim: 'role', equals: 'admin' }], scopes: ['s', 't'] },
      { source: 'grants[2]', issuer, conditions: all, scopes: ['u'] },
    ])
    for (const part of [grants, grants[0], grants[0]?.conditions, grants[0]?.scopes]) expect(part).to.be.frozen
  })

  it('keep the issuer that they name', () => {
    const grants = [{ ...rule, issuer: 'https://other.example' }]
    expect(resolved({ authorizationServers: two, grants }).grants[0]?.issuer).to.equal('https://other.example')
  })

  const clear = /one of equals and anyOf/
  itNamesEach([
    ['a rule has no condition', with1({ scopes: ['s'] }), 'bad_grant', 'grants[0]', clear, /anyOf/],
    ['a rule has a claim alone', with1({ claim: 'g', scopes: ['s'] }), 'bad_grant', 'grants[0]', clear, /anyOf/],
    ['a rule has equals and anyOf', with1({ ...rule, equals: 'x' }), 'bad_grant', 'grants[0]', clear, /all/],
    [
      'a rule has all and a claim',
      with1({ ...rule, all: [{ claim: 'g', equals: 'x' }] }),
      'bad_grant',
      'grants[0]',
      clear,
      /all/,
    ],
    [
      'a condition has no value',
      with1({ all: [{ claim: 'g' }], scopes: ['s'] }),
      'bad_grant',
      'grants[0]',
      clear,
      /all/,
    ],
    [
      'a rule has no conditions in all',
      with1({ all: [], scopes: ['s'] }),
      'bad_value',
      'grants[0].all',
      /at least 1 entry/,
      /./,
    ],
    ['a rule gives nothing', with1({ ...rule, scopes: [] }), 'bad_value', 'grants[0].scopes', /at least 1 entry/, /./],
    ['a rule negates', with1({ ...rule, not: true }), 'unknown_key', 'grants[0].not', /unknown/, /./],
    ['a value is no string', with1({ ...rule, anyOf: [1] }), 'bad_value', 'grants[0].anyOf[0]', /string/, /./],
    [
      'a rule names no issuer and there are two',
      { authorizationServers: two, grants: [rule] },
      'bad_grant',
      'grants[0].issuer',
      /several issuers/,
      /once per issuer/,
    ],
    [
      'a rule names an issuer that is none',
      with1({ ...rule, issuer: `${issuer}/` }),
      'bad_grant',
      'grants[0].issuer',
      /no configured issuer/,
      /byte for byte/,
    ],
    [
      'the embedded server issues the tokens',
      { authority: {}, grants: [rule] },
      'bad_grant',
      'grants',
      /embedded/,
      /toolgate user/,
    ],
  ])

  it('are checked for scopes that no tool needs', () => {
    const config = resolved({ authorizationServers: one, grants: [{ ...rule, scopes: ['notes:read', 'notes:raed'] }] })
    const tools = [{ name: 'n', plugin: 'n', scopes: ['notes:read'], conditionalScopes: [] }]
    const faults = checkAgainstCatalogue(config, { tools, notConfiguredTools: [], notConfiguredScopes: [] })
    expect(faults.map(({ code, path }) => `${code} ${path}`)).to.deep.equal(['unused_scope grants[0].scopes[1]'])
  })
})

function with1(grant: object): object {
  return { authorizationServers: one, grants: [grant] }
}
