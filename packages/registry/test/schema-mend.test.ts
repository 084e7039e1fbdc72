import { expect } from 'chai'
import { loadSchema } from '../src/schema/load-schema.ts'
import { createValidator } from '../src/schema/validator.ts'
import { settingMend } from '../src/setting-mend.ts'

const having = (schema: unknown) => ({ type: 'object', properties: { a: schema } })

describe('what is said of a schema that is not sound', () => {
  const cases: readonly (readonly [schema: unknown, message: RegExp, mend: RegExp])[] = [
    [
      having({ type: 'text' }),
      /a\/type is not a sound schema: must be one of array, boolean/,
      /^type takes one of array/,
    ],
    [having({ type: ['text'] }), /must be one of/, /^type takes one of array/],
    [having({ items: [{}] }), /must be an object or a boolean$/, /^items takes a schema.+prefixItems\.$/],
    [{ type: 'object', required: 'a' }, /at \/required is .+ must be an array$/, /^required takes a list of names/],
    [{ type: 'object', required: ['a', 'a'] }, /equal items/, /each once/],
    [
      { type: 'object', properties: [] },
      /must be an object$/,
      /^properties takes .+\{ title: \{ type: 'string' \} \}\.$/,
    ],
    [
      having('string'),
      /at \/properties\/a is/,
      /^Write a schema, such as \{ type: 'string' \}, or true or false there\.$/,
    ],
    [{ type: 'object', properties: { type: 'x' } }, /at \/properties\/type is/, /^Write a schema/],
    [having({ anyOf: {} }), /must be an array$/, /^anyOf takes a list of schemas/],
    [having({ anyOf: ['x'] }), /at \/properties\/a\/anyOf\/0 is/, /^Write a schema/],
    [having({ enum: [] }), /enum must have/, /^enum takes a list of the values, at least one/],
    [having({ minLength: -1 }), /must be >= 0/, /^minLength takes a whole number, 0 or more\.$/],
    [having({ minimum: '3' }), /must be a number$/, /^minimum takes a number\.$/],
    [{ type: 'object', additionalProperties: 'no' }, /must be an object or a boolean/, /^additionalProperties takes/],
    [{ type: 'object', then: {} }, /: "then" without "if" is ignored$/, /^Write if together with then or else/],
    [having({ minContains: 1 }), /: "minContains" without/, /^Write contains beside it/],
    [{ type: 'object', default: {} }, /: default is ignored in the schema root$/, /for properties alone/],
    [having({ $ref: '#/$defs/b' }), /: can't resolve reference #\/\$defs\/b$/, /under \$defs/],
  ]
  for (const [schema, message, mend] of cases) {
    it(`tells what to write in the place of ${JSON.stringify(schema)}`, () => {
      const loaded = loadSchema('inputSchema', schema, 'object', (source) => createValidator(source, true))
      if (loaded.ok) throw new TypeError('it was taken')
      const [finding] = loaded.findings
      expect(finding?.code).to.equal('schema_invalid')
      expect(finding?.message).to.match(message)
      expect(finding?.mend).to.match(mend)
    })
  }
})

describe('what is said of a setting that its schema refuses', () => {
  const schema = {
    type: 'object',
    required: ['key'],
    additionalProperties: false,
    properties: {
      key: { type: 'string', minLength: 3, description: 'Key of the service.' },
      'a/b': { type: 'object', properties: { deep: { type: 'integer' } }, description: 'What a/b is.' },
      plain: { type: 'integer' },
    },
  }
  const cases: readonly (readonly [settings: object, mend: string])[] = [
    [{}, 'Set key in mcp.config.ts; the plugin says of it: Key of the service.'],
    [{ key: 'x' }, 'Correct it in mcp.config.ts; the plugin says of it: Key of the service.'],
    [{ key: 'xyz', 'a/b': { deep: '1' } }, 'Correct it in mcp.config.ts; the plugin says of it: What a/b is.'],
    [{ key: 'xyz', plain: '1' }, 'Correct it in mcp.config.ts; the README of the plugin lists its settings.'],
    [{ key: 'xyz', more: 1 }, 'Correct it in mcp.config.ts; the README of the plugin lists its settings.'],
  ]
  for (const [settings, mend] of cases) {
    it(`tells what the plugin says of it, for ${JSON.stringify(settings)}`, () => {
      const checked = createValidator(schema, true)(settings)
      if (checked.ok) throw new TypeError('it was taken')
      expect(checked.faults.map((fault) => settingMend(schema, fault))).to.deep.equal([mend])
    })
  }
})
