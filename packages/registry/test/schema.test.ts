import { expect } from 'chai'
import { inspectSchema, schemaLimits } from '../src/schema/inspect-schema.ts'
import { loadSchema } from '../src/schema/load-schema.ts'
import { createMatcher, createValidator, type Validator } from '../src/schema/validator.ts'

type Schema = Readonly<Record<string, unknown>>

function validatorOf(schema: Schema, defaults = true): Validator {
  const loaded = loadSchema('inputSchema', schema, 'object', (source) => createValidator(source, defaults))
  if (!loaded.ok) throw new TypeError(JSON.stringify(loaded.findings))
  return loaded.value.compiled
}

function nested(depth: number): Schema {
  let schema: Schema = { type: 'string' }
  for (let level = 0; level < depth; level += 1) schema = { type: 'object', properties: { a: schema } }
  return schema
}

const cyclic: Record<string, unknown> = { type: 'object' }
cyclic['properties'] = { a: cyclic }

const refused: readonly (readonly [string, unknown, string, string | undefined])[] = [
  ['a value that is no object', [], 'schema_not_json', undefined],
  [
    'a function',
    { type: 'object', properties: { a: { default: () => 1 } } },
    'schema_not_json',
    '/properties/a/default',
  ],
  ['an instance of a class', { type: 'object', default: new Date() }, 'schema_not_json', '/default'],
  ['a cycle', cyclic, 'schema_not_json', undefined],
  [
    'a key __proto__',
    JSON.parse('{"type":"object","properties":{"__proto__":{}}}'),
    'schema_not_json',
    '/properties/__proto__',
  ],
  ['a root of another type', { type: ['object', 'null'] }, 'schema_root', ''],
  ['too many characters', { type: 'object', description: 'a'.repeat(schemaLimits.bytes) }, 'schema_too_large', ''],
  [
    'too many schemas',
    { type: 'object', allOf: Array.from({ length: schemaLimits.subschemas }, () => ({})) },
    'schema_too_large',
    '',
  ],
  [
    'too deep a nest',
    nested(schemaLimits.depth + 1),
    'schema_too_deep',
    '/properties/a'.repeat(schemaLimits.depth + 1),
  ],
  ['a deep allOf', { type: 'object', allOf: [nested(schemaLimits.depth + 1)] }, 'schema_too_deep', undefined],
  ['an unknown keyword', { type: 'object', requird: [] }, 'schema_keyword', '/requird'],
  [
    'a keyword of another dialect',
    { type: 'object', properties: { a: { nullable: true } } },
    'schema_keyword',
    '/properties/a/nullable',
  ],
  [
    'a remote $ref',
    { type: 'object', properties: { a: { $ref: 'https://schemas.example/a.json' } } },
    'schema_ref',
    '/properties/a/$ref',
  ],
  ['a $ref to a file', { type: 'object', allOf: [{ $ref: 'other.json#/a' }] }, 'schema_ref', '/allOf/0/$ref'],
  [
    'a remote $dynamicRef',
    { type: 'object', items: { $dynamicRef: 'https://schemas.example/a' } },
    'schema_ref',
    '/items/$dynamicRef',
  ],
  [
    'an inner $id',
    { type: 'object', $defs: { a: { $id: 'https://schemas.example/a' } } },
    'schema_ref',
    '/$defs/a/$id',
  ],
  ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }, 'schema_ref', '/$schema'],
  ['a $ref to nowhere', { type: 'object', properties: { a: { $ref: '#/$defs/a' } } }, 'schema_invalid', ''],
  [
    'look-ahead',
    { type: 'object', properties: { 'a/b': { pattern: '^(?=.*\\d)' } } },
    'schema_pattern',
    '/properties/a~1b/pattern',
  ],
  [
    'a back-reference',
    { type: 'object', properties: { a: { pattern: '(a)\\1' } } },
    'schema_pattern',
    '/properties/a/pattern',
  ],
  [
    'a bad patternProperties',
    { type: 'object', patternProperties: { '(?<!a)b': {} } },
    'schema_pattern',
    '/patternProperties/(?<!a)b',
  ],
  [
    'a pattern that is none of ECMA-262',
    { type: 'object', properties: { a: { pattern: '(?i)a' } } },
    'schema_pattern',
    '/properties/a/pattern',
  ],
  [
    'a pattern of many repeats',
    { type: 'object', properties: { a: { pattern: '(a{1000}){1000}' } } },
    'schema_pattern',
    '/properties/a/pattern',
  ],
  [
    'an unknown format',
    { type: 'object', properties: { a: { format: 'emial' } } },
    'schema_format',
    '/properties/a/format',
  ],
  [
    'a default for an inherited name',
    { type: 'object', properties: { constructor: { default: 'x' } } },
    'schema_property_name',
    '/properties/constructor',
  ],
  [
    'a hidden character in a description',
    { type: 'object', properties: { a: { description: 'a\u2066b' } } },
    'schema_text',
    '/properties/a/description',
  ],
  ['a hidden character in a name', { type: 'object', properties: { 'a\u200b': {} } }, 'schema_text', '/properties'],
  [
    'a hidden character in a value',
    { type: 'object', properties: { a: { enum: ['a\u0007'] } } },
    'schema_text',
    '/properties/a/enum/0',
  ],
  [
    'a keyword of the wrong type',
    { type: 'object', properties: { a: { minLength: '1' } } },
    'schema_invalid',
    '/properties/a/minLength',
  ],
  ['an unknown type', { type: 'object', properties: { a: { type: 'text' } } }, 'schema_invalid', '/properties/a/type'],
  [
    'a default that is never applied',
    { type: 'object', anyOf: [{ properties: { a: { default: 1 } } }] },
    'schema_invalid',
    '',
  ],
]

describe('loadSchema', () => {
  for (const [name, schema, code, pointer] of refused) {
    it(`refuses ${name} as ${code}`, () => {
      const loaded = loadSchema('inputSchema', schema, 'object', (source) => createValidator(source, true))
      if (loaded.ok) throw new TypeError('it was taken')
      expect(loaded.findings[0]).to.include({ code })
      if (pointer !== undefined) expect(loaded.findings[0]?.pointer).to.equal(pointer)
      expect(loaded.findings[0]?.mend).to.match(/\w/)
    })
  }

  it('keeps every keyword as it was written, in a frozen copy', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://schemas.example/input',
      type: 'object',
      'x-owner': 'Name',
      properties: { a: { $ref: '#a', 'x-note': { any: ['thing'] } }, $ref: { type: 'string' } },
      $defs: { a: { $anchor: 'a', type: 'string', deprecated: true, examples: ['x'] } },
    }
    const loaded = loadSchema('inputSchema', schema, 'object', (source) => createValidator(source, true))
    if (!loaded.ok) throw new TypeError(JSON.stringify(loaded.findings))
    expect(loaded.value.schema).to.deep.equal(schema)
    expect(loaded.value.schema).not.to.equal(schema)
    expect(loaded.value.schema['$defs']).to.be.frozen
    expect(loaded.value.compiled({ a: 'x' }).ok).to.equal(true)
    expect(loaded.value.compiled({ a: 1 }).ok).to.equal(false)
  })

  it('lets two plugins give their schemas one $id', () => {
    for (const type of ['string', 'number']) {
      const validate = validatorOf({ $id: 'https://schemas.example/x', type: 'object', properties: { a: { type } } })
      expect(validate({ a: type === 'string' ? 'x' : 1 }).ok).to.equal(true)
    }
  })

  it('takes a schema at the limits', () => {
    expect(inspectSchema('inputSchema', nested(schemaLimits.depth))).to.deep.equal([])
  })
})

describe('createValidator', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'string' },
      n: { type: 'integer', default: 3 },
      o: { type: 'object', properties: { p: { default: 1 } } },
    },
    required: ['a'],
    additionalProperties: false,
  }

  it('applies defaults once, to a copy, and freezes the result whole', () => {
    const args = { a: 'x', o: {} }
    const result = validatorOf(schema)(args)
    expect(result).to.deep.equal({ ok: true, value: { a: 'x', n: 3, o: { p: 1 } } })
    expect(args).to.deep.equal({ a: 'x', o: {} })
    if (result.ok) expect((result.value as { o: object }).o).to.be.frozen
  })

  it('writes no defaults into a result', () => {
    expect(validatorOf(schema, false)({ a: 'x' })).to.deep.equal({ ok: true, value: { a: 'x' } })
  })

  it('coerces nothing', () => {
    for (const n of ['3', true, null, [3], 3.5]) {
      expect(validatorOf(schema)({ a: 'x', n }).ok, JSON.stringify(n)).to.equal(false)
    }
  })

  it('tells every fault with its pointer and without the value', () => {
    const result = validatorOf(schema)({ n: 'hidden-value', 'b~/': 1 })
    expect(result).to.deep.equal({
      ok: false,
      faults: [
        { pointer: '', message: "must have required property 'a'" },
        { pointer: '', message: 'must NOT have additional properties: "b~/"' },
        { pointer: '/n', message: 'must be integer' },
      ],
    })
  })

  it('says which values may stand', () => {
    const result = validatorOf({ type: 'object', properties: { a: { enum: ['x', 'y'] }, b: { const: 1 } } })({
      a: 'z',
      b: 2,
    })
    expect(result).to.deep.equal({
      ok: false,
      faults: [
        { pointer: '/a', message: 'must be equal to one of the allowed values: ["x","y"]' },
        { pointer: '/b', message: 'must be equal to constant: 1' },
      ],
    })
  })

  it('tells at most 20 faults and how many more there are', () => {
    const result = validatorOf({ type: 'object', additionalProperties: { type: 'string' } })(
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${String(i)}`, i])),
    )
    expect(!result.ok && result.faults).to.have.length(21)
    expect(!result.ok && result.faults[20]?.message).to.equal('and 30 more')
  })

  it('stops at the first fault of a large value, and cuts long names', () => {
    const list = Array.from({ length: 5_000 }, () => 1)
    const validate = validatorOf({ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } })
    const result = validate({ ['k'.repeat(5_000)]: list })
    expect(!result.ok && result.faults).to.have.length(1)
    expect(JSON.stringify(result).length).to.be.below(500)
  })

  it('takes names that every object inherits for own names alone', () => {
    const validate = validatorOf({ type: 'object', required: ['constructor', 'toString'] })
    expect(validate({}).ok).to.equal(false)
    expect(validate({ constructor: 1, toString: 2 })).to.deep.equal({
      ok: true,
      value: { constructor: 1, toString: 2 },
    })
    expect(validatorOf({ type: 'object', additionalProperties: false })({ hasOwnProperty: 1 }).ok).to.equal(false)
    expect(validatorOf({ type: 'object', minProperties: 1 })({}).ok).to.equal(false)
  })

  it('refuses __proto__ at any depth and changes no prototype', () => {
    const validate = validatorOf({ type: 'object' })
    for (const [text, pointer] of [
      ['{"__proto__":{"polluted":1}}', '/__proto__'],
      ['{"a":[{"__proto__":1}]}', '/a/0/__proto__'],
    ] as const) {
      expect(validate(JSON.parse(text))).to.deep.equal({
        ok: false,
        faults: [{ pointer, message: 'is not an accepted name' }],
      })
    }
    expect(validate(JSON.parse('{"constructor":{"prototype":{"polluted":1}}}')).ok).to.equal(true)
    expect({}).not.to.have.property('polluted')
  })

  it('survives own names that comparison code would call', () => {
    const validate = validatorOf({ type: 'object', properties: { a: { type: 'array', uniqueItems: true } } })
    expect(validate({ a: [{ valueOf: 1 }, { valueOf: 1 }] }).ok).to.equal(false)
  })

  it('tells equal items apart from others in time that grows with their size', () => {
    const validate = validatorOf({ type: 'object', properties: { a: { type: 'array', uniqueItems: true } } })
    const started = performance.now()
    const items = Array.from({ length: 100_000 }, (_, index) => ({ index }))
    expect(validate({ a: items }).ok).to.equal(true)
    expect(validate({ a: [...items, { index: 7 }] }).ok).to.equal(false)
    expect(performance.now() - started).to.be.below(5_000)
  })

  for (const [items, unique] of [
    ['[1,"1",true,"true",null,"null",[1],["1"],{},[]]', true],
    ['[{"a":1,"b":2},{"b":1,"a":2}]', true],
    ['[{"a":1,"b":2},{"b":2,"a":1}]', false],
    ['[[1,2],[2,1]]', true],
    ['[0,-0]', false],
    ['[1,1.0]', false],
    ['["a","\\u0061"]', false],
    ['["a,b",["a","b"]]', true],
  ] as const) {
    it(`calls the items of ${items} ${unique ? 'unique' : 'not unique'}`, () => {
      const validate = validatorOf({ type: 'object', properties: { a: { type: 'array', uniqueItems: true } } })
      const result = validate({ a: JSON.parse(items) as unknown })
      expect(result.ok).to.equal(unique)
      if (!result.ok) expect(result.faults).to.deep.equal([{ pointer: '/a', message: 'must NOT have equal items' }])
      const lax = validatorOf({ type: 'object', properties: { a: { type: 'array', uniqueItems: false } } })
      expect(lax({ a: JSON.parse(items) as unknown }).ok).to.equal(true)
    })
  }

  it('refuses what is not JSON', () => {
    for (const value of [null, 'x', [], 1]) expect(validatorOf({ type: 'object' })(value).ok).to.equal(false)
    expect(validatorOf({ type: 'object' })({ a: undefined }).ok).to.equal(false)
    expect(validatorOf({ type: 'object' })({ a: Number.NaN }).ok).to.equal(false)
    expect(validatorOf({ type: 'object' })({ a: new Map() }).ok).to.equal(false)
  })

  it('runs a pattern that would take a backtracking engine for ever', () => {
    const validate = validatorOf({
      type: 'object',
      properties: { a: { pattern: '^(a+)+$' } },
      patternProperties: { '^(x+)+$': { type: 'string' } },
    })
    const started = performance.now()
    expect(validate({ a: `${'a'.repeat(50_000)}!` }).ok).to.equal(false)
    expect(validate({ [`${'x'.repeat(50_000)}!`]: 1 }).ok).to.equal(true)
    expect(performance.now() - started).to.be.below(5_000)
  })

  it('tells patterns apart', () => {
    const validate = validatorOf({ type: 'object', properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } })
    expect(validate({ a: 'a', b: 'b' }).ok).to.equal(true)
    expect(validate({ a: 'b', b: 'b' }).ok).to.equal(false)
    expect(validate({ a: 'a\n', b: 'b' }).ok).to.equal(false)
  })

  it('gives up a check that grows with every level of the arguments', () => {
    const branch = (op: string): Schema => ({
      type: 'object',
      properties: { x: { $ref: '#/$defs/n' }, op: { const: op } },
    })
    const validate = validatorOf({
      type: 'object',
      properties: { q: { $ref: '#/$defs/n' } },
      $defs: { n: { anyOf: ['a', 'b', 'c'].map((op) => branch(op)) } },
    })
    let q: Schema = { op: 'none' }
    for (let level = 0; level < 40; level += 1) q = { op: 'a', x: q }
    const started = performance.now()
    expect(validate({ q })).to.deep.equal({
      ok: false,
      faults: [{ pointer: '', message: 'is too large or too deep to be checked' }],
    })
    expect(performance.now() - started).to.be.below(5_000)
    expect(validate({ q: { op: 'a', x: { op: 'b' } } }).ok).to.equal(true)
  })

  it('gives up a schema that refers to itself in one place', () => {
    expect(validatorOf({ type: 'object', $ref: '#' })({}).ok).to.equal(false)
    expect(validatorOf({ type: 'object', properties: { a: { default: {}, $ref: '#' } } })({}).ok).to.equal(false)
  })
})

describe('formats', () => {
  const vectors: readonly (readonly [string, string, string])[] = [
    ['date-time', '2026-02-28T23:59:60Z', '2026-02-30T00:00:00Z'],
    ['date', '2024-02-29', '2025-02-29'],
    ['time', '10:00:00+01:00', '10:00'],
    ['duration', 'P1DT2H', 'P'],
    ['email', 'someone@mail.example', 'someone@'],
    ['hostname', 'mail.example', '-mail.example'],
    ['ipv4', '192.0.2.1', '192.0.2.256'],
    ['ipv6', '2001:db8::1', '2001:db8::g'],
    ['uri', 'https://mail.example/a?b#c', '/a'],
    ['uri-reference', '../a?b', '\\a'],
    ['uri-template', 'https://mail.example/{id}', 'https://mail.example/{id'],
    ['uuid', '01890f3e-7b1a-7cc0-8000-000000000000', '01890f3e'],
    ['json-pointer', '/a~1b', 'a'],
    ['regex', '^a+$', '('],
  ]
  for (const [format, good, bad] of vectors) {
    it(`${format} takes ${good} and not ${bad}, and is quick on a long text`, () => {
      const validate = validatorOf({ type: 'object', properties: { a: { type: 'string', format } } })
      expect(validate({ a: good }).ok, good).to.equal(true)
      expect(validate({ a: bad }).ok, bad).to.equal(false)
      const started = performance.now()
      for (const part of ['a', 'a.', '1', ':', '%20', '/a', '-']) validate({ a: `${part.repeat(20_000)}\u0000` })
      expect(performance.now() - started).to.be.below(5_000)
    })
  }
})

describe('createMatcher', () => {
  it('matches what it cannot judge: a match asks for more scopes', () => {
    const matches = createMatcher({ $ref: '#' })
    expect(matches({})).to.equal(true)
  })

  it('changes nothing in the arguments', () => {
    const args = Object.freeze({})
    expect(createMatcher({ properties: { a: { default: 1 } } })(args)).to.equal(true)
    expect(args).to.deep.equal({})
  })
})
