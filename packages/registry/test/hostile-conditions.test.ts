import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkConditions } from '../src/check-scopes.ts'
import { createMatcher, createValidator } from '../src/schema/validator.ts'

type Schema = Readonly<Record<string, unknown>>

/** One text per value, since a literal cannot have `__proto__` as a member of its own. */
type JsonText = string

const names = ['a', 'b', '', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', '__defineGetter__', '~/'] as const
const name = fc.constantFrom(...names)
const leaf = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'a', 'ab', 'force', '\ud83d', '\u0000'),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(1e308, -0, 0.1),
)
const value = fc.letrec<{ any: JsonText }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf.map((each) => JSON.stringify(each)),
    fc.array(tie('any'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(
        fc.tuple(
          fc.oneof({ weight: 9, arbitrary: name }, { weight: 1, arbitrary: fc.constant('__proto__') }),
          tie('any'),
        ),
        { maxLength: 4 },
      )
      .map((members) => `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`),
  ),
})).any
const small = fc.integer({ min: 0, max: 3 })
const schema = fc.letrec<{ any: Schema }>((tie) => {
  const some = (key: string) => tie('any').map((each): Schema => ({ [key]: each }))
  const many = (key: string) =>
    fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((each): Schema => ({ [key]: each }))
  const map = (key: string) =>
    fc.dictionary(name, tie('any'), { maxKeys: 3, noNullPrototype: true }).map((each): Schema => ({ [key]: each }))
  const part = fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean', 'null')
      .map((type): Schema => ({ type })),
    fc.uniqueArray(name, { maxLength: 3 }).map((required): Schema => ({ required })),
    leaf.map((each): Schema => ({ const: each })),
    fc
      .uniqueArray(leaf, { minLength: 1, maxLength: 3, comparator: 'SameValueZero' })
      .map((each): Schema => ({ enum: each })),
    fc
      .tuple(
        fc.constantFrom(
          'minimum',
          'maximum',
          'minLength',
          'maxLength',
          'minItems',
          'maxItems',
          'minProperties',
          'maxProperties',
        ),
        small,
      )
      .map(([key, each]): Schema => ({ [key]: each })),
    fc.constantFrom('^a+$', '(a|b)*', '[^a]', '^.$').map((pattern): Schema => ({ pattern })),
    fc.boolean().map((uniqueItems): Schema => ({ uniqueItems })),
    fc
      .dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), { maxKeys: 2, noNullPrototype: true })
      .map((each): Schema => ({ dependentRequired: each })),
    ...['not', 'items', 'additionalProperties', 'propertyNames', 'contains', 'unevaluatedProperties'].map(some),
    ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map(many),
    ...['properties', 'dependentSchemas'].map(map),
    fc.tuple(tie('any'), tie('any')).map(([condition, then]): Schema => ({ if: condition, then })),
  )
  return { any: fc.array(part, { maxLength: 3 }).map((parts): Schema => Object.assign({}, ...parts) as Schema) }
}).any

/** Ajv as it comes: nothing of ours in it. A name counts where it is a member of its own, as JSON has it. */
const plain = new Ajv2020({ strict: false, validateSchema: false, ownProperties: true, logger: false })

function reference(source: Schema, args: unknown): boolean | undefined {
  const copy = structuredClone(source)
  try {
    return plain.compile(copy)(args)
  } catch {
    // Ajv cannot judge a few of them (the corpus has two), and has no opinion then.
    return undefined
  } finally {
    plain.removeSchema(copy)
  }
}

function matcherOf(source: Schema): ((args: unknown) => boolean) | undefined {
  const checked = checkConditions('when', [{ arguments: source, scopes: ['more'] }], 'plugin')
  const [condition] = checked.ok ? checked.value : []
  return condition === undefined ? undefined : (args) => condition.matches(args)
}

interface KeptCondition {
  readonly why: string
  readonly schema: Schema
  /** As text, so that any member can stand in it. */
  readonly args: JsonText
  /** Whether the call then needs the further scopes; or that no plugin may have the schema. */
  readonly matches: boolean | 'refused'
}

const corpus = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/corpus/conditions.json'), 'utf8'),
) as readonly KeptCondition[]

describe('a condition on arguments', () => {
  for (const { why, schema: source, args, matches } of corpus) {
    it(`of the corpus: ${why}`, () => {
      const matcher = matcherOf(source)
      expect(matcher === undefined ? 'refused' : matcher(JSON.parse(args) as unknown)).to.equal(matches)
    })
  }

  it('asks for more wherever plain ajv says that the arguments match, and never throws', () => {
    let compared = 0
    fc.assert(
      fc.property(schema, value, (source, text) => {
        const matches = matcherOf(source)
        if (matches === undefined) return true
        compared++
        const args = JSON.parse(text) as unknown
        const before = JSON.stringify(args)
        const matched = matches(args)
        const expected = reference(source, JSON.parse(text))
        return (expected === undefined || matched === expected) && JSON.stringify(args) === before
      }),
      { numRuns: 2_000 },
    )
    expect(compared, 'schemas that a plugin may have').to.be.greaterThan(200)
  })

  it('of an input schema never throws, hands on own names alone and freezes them', () => {
    fc.assert(
      fc.property(schema, value, (source, text) => {
        if (matcherOf(source) === undefined) return true
        const result = createValidator(source, true)(JSON.parse(text))
        if (!result.ok) return true
        return Object.isFrozen(result.value ?? Object.freeze({})) && ownNamesAlone(result.value)
      }),
      { numRuns: 300 },
    )
    expect(Object.keys(Object.prototype)).to.deep.equal([])
  })

  it('is judged in bounded time, whatever the pattern, the items or the references', () => {
    const text = `${'a'.repeat(50_000)}!`
    expect(createMatcher({ properties: { a: { pattern: '^(a+)+$' } } })({ a: text })).to.equal(false)
    const items = Array.from({ length: 50_000 }, (_, index) => ({ index }))
    expect(createMatcher({ properties: { a: { uniqueItems: true } } })({ a: items })).to.equal(true)
    // Twice as much work per level: cannot be judged within the budget, and so it asks for more.
    const node = {
      anyOf: [
        { type: 'integer' },
        { allOf: [{ items: { $ref: '#/$defs/node' } }, { items: { $ref: '#/$defs/node' } }] },
      ],
    }
    const doubling = { $defs: { node }, not: { $ref: '#/$defs/node' } }
    let deep: unknown = 1
    for (let level = 0; level < 60; level++) deep = [deep]
    expect(createMatcher(doubling)(deep)).to.equal(true)
  })
})

function ownNamesAlone(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  return plain && !Object.hasOwn(value, '__proto__') && Object.values(value).every(ownNamesAlone)
}
