import { expect } from 'chai'
import { describeResult } from '../src/call/describe-result.ts'
import { CliError } from '../src/errors.ts'
import { causeLine, explainError } from '../src/explain-error.ts'
import { parseDuration } from '../src/parse-duration.ts'
import { parseScopes } from '../src/parse-scopes.ts'
import { requirementText } from '../src/requirement-text.ts'

describe('parseDuration', () => {
  for (const [text, seconds] of [
    ['1s', 1],
    ['15m', 900],
    ['1h', 3600],
    ['30d', 2_592_000],
  ] as const) {
    it(`reads ${text} as ${String(seconds)} seconds`, () => {
      expect(parseDuration(text)).to.equal(seconds)
    })
  }
  for (const text of ['', '0s', '1', 'h', '1 h', '-1h', '1.5h', '1H', '99999999s', '1h ']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseDuration(text))
        .to.throw(CliError)
        .with.property('code', 'usage')
    })
  }
})

describe('parseScopes', () => {
  it('separates by spaces and commas, once each', () => {
    expect(parseScopes(' a:read, b:write,a:read\tc ')).to.deep.equal(['a:read', 'b:write', 'c'])
  })
  for (const text of ['', ' , ', 'a"b', 'a\\b', 'ä', 'a\u0007']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseScopes(text))
        .to.throw(CliError)
        .with.property('code', 'usage')
    })
  }
})

describe('requirementText', () => {
  const vectors = [
    [[['a']], [], 'a'],
    [[['a', 'b'], ['c']], [], 'a + b or c'],
    [[[]], [], '(any signed-in caller)'],
    [[['a']], ['b', 'c'], 'a, b c for some arguments'],
  ] as const
  for (const [alternatives, conditionalScopes, text] of vectors) {
    it(`says "${text}"`, () => {
      expect(requirementText({ alternatives, conditionalScopes })).to.equal(text)
    })
  }
})

describe('describeResult', () => {
  it('prints texts, and names the rest by kind and size', () => {
    const text = describeResult({
      content: [
        { type: 'text', text: 'one' },
        { type: 'image', data: Buffer.from('12345').toString('base64'), mimeType: 'image/png' },
        { type: 'resource_link', name: 'page', uri: 'https://example.com/' },
        { type: 'resource', resource: { uri: 'file:///a', text: 'inside' } },
      ],
    })
    expect(text.split('\n')).to.deep.equal([
      'one',
      '[image image/png, 5 bytes]',
      '[link page: https://example.com/]',
      'inside',
    ])
  })

  it('prints structured content where there is nothing else', () => {
    expect(JSON.parse(describeResult({ content: [], structuredContent: { a: 1 } }))).to.deep.equal({ a: 1 })
  })
})

describe('explainError', () => {
  it('prints every fault of an error with its place and mend', () => {
    const error = Object.assign(new Error('all'), {
      file: '/srv/mcp.config.ts',
      faults: [
        { path: 'limits.bodyBytes', message: 'must be >= 1024', mend: 'Raise it' },
        { path: '', message: 'is empty', mend: '' },
      ],
    })
    expect(explainError(error).map(causeLine)).to.deep.equal([
      'mcp.config.ts limits.bodyBytes: must be >= 1024. Raise it.',
      'mcp.config.ts: is empty.',
    ])
  })

  it('prints one line, however many the message has', () => {
    expect(explainError(new CliError('fault', 'a\nb', 'Do c')).map(causeLine)).to.deep.equal(['a b. Do c.'])
  })

  it('says how to see where an unforeseen error comes from', () => {
    expect(explainError(new TypeError('x is not a function')).map(causeLine)).to.deep.equal([
      'x is not a function. TOOLGATE_TRACE=1 prints where it comes from.',
    ])
  })
})
