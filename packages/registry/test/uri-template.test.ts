import { expect } from 'chai'
import { compileUriTemplate, type UriTemplate } from '../src/uri-template.ts'

function compiled(text: string): UriTemplate {
  const result = compileUriTemplate('it', text)
  if (!result.ok) throw new Error(result.findings.map(({ message }) => message).join('; '))
  return result.value
}

describe('compileUriTemplate', () => {
  const matches: readonly (readonly [template: string, uri: string, variables: object | undefined])[] = [
    ['notes://{id}', 'notes://a', { id: 'a' }],
    ['notes://{id}', 'notes://a%20b', { id: 'a b' }],
    ['notes://{id}', 'notes://%C3%A4', { id: 'ä' }],
    ['notes://{id}', 'notes://a%2Fb', { id: 'a/b' }],
    ['notes://{id}', 'notes://', undefined],
    ['notes://{id}', 'notes://a/b', undefined],
    ['notes://{id}', 'notes://a b', undefined],
    ['notes://{id}', 'notes://ä', undefined],
    ['notes://{id}', 'notes://a%2', undefined],
    ['notes://{id}', 'notes://%FF', undefined],
    ['notes://{id}', 'notes://a?b', undefined],
    ['notes://{id}', 'Notes://a', undefined],
    ['notes://{id}', ' notes://a', undefined],
    ['notes://{id}', 'notes://a\n', undefined],
    ['a.b:{x}', 'aXb:1', undefined],
    ['files:///{+path}', 'files:///a/b/c.txt', { path: 'a/b/c.txt' }],
    ['files:///{+path}', 'files:///a?b#c', { path: 'a?b#c' }],
    ['r:{/owner,name}/x', 'r:/me/it/x', { owner: 'me', name: 'it' }],
    ['r:{a,b}', 'r:1,2', { a: '1', b: '2' }],
    ['s://q{?text,page}', 's://q', {}],
    ['s://q{?text,page}', 's://q?page=2&text=a%26b', { page: '2', text: 'a&b' }],
    ['s://q{?text,page}', 's://q?text=', { text: '' }],
    ['s://q{?text,page}', 's://q?', undefined],
    ['s://q{?text,page}', 's://q?other=1', undefined],
    ['s://q{?text,page}', 's://q?text=1&text=2', undefined],
    ['s://q{?text,page}', 's://q?__proto__=1', undefined],
    ['t://{a}-{b}', 't://1-2-3', { a: '1-2', b: '3' }],
  ]
  for (const [template, uri, variables] of matches) {
    it(`${variables === undefined ? 'does not match' : 'matches'} ${JSON.stringify(uri)} against ${template}`, () => {
      expect(compiled(template).match(uri)).to.deep.equal(variables)
    })
  }

  for (const [template, uri, plain] of [
    ['a:{x}', 'a:%62%2Fc%c3%a9', 'a:b%2Fc%C3%A9'],
    ['a:{+x}', 'a:%62%2fc%25%20!', 'a:b/c%25%20!'],
    ['a:{x,y}{/z}', 'a:1,%2c/3', 'a:1,%2C/3'],
    ['a:{x}{?p,q}', 'a:1?q=%61&p=', 'a:1?p=&q=a'],
    ['a:{x}{?p,q}', 'a:1', 'a:1'],
    ['a:{x}', 'a:%F0%9F%8D%B0', 'a:%F0%9F%8D%B0'],
  ] as const) {
    it(`spells ${uri} of ${template} as ${plain}`, () => {
      const { match, expand } = compiled(template)
      expect(expand(match(uri) ?? {})).to.equal(plain)
      expect(match(plain)).to.deep.equal(match(uri))
    })
  }

  it('gives frozen variables, and none that a prototype has', () => {
    const variables = compiled('a:{constructor}').match('a:x')
    expect(variables).to.be.frozen
    expect(variables).to.deep.equal({ constructor: 'x' })
  })

  it('matches no URI that is too long, and takes no longer for what nearly matches', () => {
    const template = compiled('a:{+a}x{+b}x{+c}x{+d}y')
    expect(template.match(`a:${'x'.repeat(2_045)}z`)).to.equal(undefined)
    expect(template.match(`a:${'x'.repeat(3_000)}y`)).to.equal(undefined)
  })

  for (const [template, message] of [
    ['notes', /not a URI template/],
    [7, /not a URI template/],
    [`a:{x}${'y'.repeat(1_000)}`, /not a URI template/],
    ['a:b', /no variable/],
    ['a:{x', /cannot stand in a URI/],
    ['a:{x}}', /cannot stand in a URI/],
    ['a:{x} b', /cannot stand in a URI/],
    ['a:{}', /""/],
    ['a:{x,x}', /twice/],
    ['a:{x*}', /"x\*"/],
    ['a:{x:3}', /"x:3"/],
    ['a:{__proto__}', /"__proto__"|"proto__"/],
    ['a:{#x}', /"#"/],
    ['a:{.x}', /"\."/],
    ['a:{;x}', /";"/],
    ['a:{&x}', /"&"/],
    ['a:{?x}b', /not its end/],
    ['a:{?x}{y}', /not its end/],
    [`a:${Array.from({ length: 17 }, (_, n) => `{v${String(n)}}`).join('')}`, /more than 16/],
  ] as const) {
    it(`refuses ${JSON.stringify(template).slice(0, 60)} by saying ${String(message)}`, () => {
      const result = compileUriTemplate('it', template)
      expect(result.ok).to.equal(false)
      const [found] = result.ok ? [] : result.findings
      expect(found).to.include({ code: 'bad_uri' })
      expect(found?.message).to.match(message)
      expect(found?.mend).to.include('{id}')
    })
  }
})
