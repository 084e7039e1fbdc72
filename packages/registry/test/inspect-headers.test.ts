import { expect } from 'chai'
import { loadSchema } from '../src/schema/load-schema.ts'
import { createValidator } from '../src/schema/validator.ts'

const string = (header: unknown) => ({ type: 'string', 'x-mcp-header': header })

function findingOf(schema: object): { readonly code: string; readonly pointer?: string } | undefined {
  const loaded = loadSchema('inputSchema', { type: 'object', ...schema }, 'object', (source) =>
    createValidator(source, true),
  )
  return loaded.ok ? undefined : loaded.findings[0]
}

describe('x-mcp-header', () => {
  for (const header of ['', 'a b', 'R\u00e9gion', 'A: b', 'A,b', 'a'.repeat(101), 7, null, true]) {
    it(`is refused as a header name: ${JSON.stringify(header).slice(0, 20)}`, () => {
      const finding = findingOf({ properties: { a: string(header) } })
      expect(finding).to.include({ code: 'schema_header', pointer: '/properties/a/x-mcp-header' })
    })
  }

  it('is refused if two properties have it, case aside', () => {
    const inner = { type: 'object', properties: { c: string('region') } }
    const finding = findingOf({ properties: { a: string('Region'), b: inner } })
    expect(finding).to.include({ code: 'schema_header', pointer: '/properties/b/properties/c/x-mcp-header' })
  })

  const misplaced: Record<string, object> = {
    'at the root': { 'x-mcp-header': 'A' },
    'at an object': { properties: { a: { type: 'object', 'x-mcp-header': 'A' } } },
    'without a type': { properties: { a: { 'x-mcp-header': 'A' } } },
    'in a union': { properties: { a: { type: ['string', 'null'], 'x-mcp-header': 'A' } } },
    'under anyOf': { anyOf: [{ properties: { a: string('A') } }] },
    'under items': { properties: { a: { type: 'array', items: string('A') } } },
    'in a definition': { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: string('A') } },
  }
  for (const [place, schema] of Object.entries(misplaced)) {
    it(`is refused ${place}`, () => {
      expect(findingOf(schema)).to.include({ code: 'schema_header' })
    })
  }

  it('is taken at primitive properties, nested ones and ones with odd names too', () => {
    const inner = {
      type: 'object',
      properties: { 'x-mcp-header': string('C'), 'a/b': { type: 'integer', 'x-mcp-header': 'D' } },
    }
    expect(findingOf({ properties: { a: string('A'), properties: inner } })).to.equal(undefined)
  })
})
