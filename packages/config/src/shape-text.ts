import type { ErrorObject } from 'ajv/dist/2020.js'

type Params = Readonly<Record<string, unknown>>

const types: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'an array',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
}

const counted = (bound: 'at least' | 'at most', one: string, many: string) => (params: Params) =>
  `must have ${bound} ${String(params['limit'])} ${params['limit'] === 1 ? one : many}`

/** What a keyword of a schema asks for, in the words of somebody who writes a configuration. */
const texts: Readonly<Record<string, (params: Params, error: ErrorObject) => string>> = {
  type: ({ type }) => {
    const asked = [type].flat().map((one) => types[String(one)] ?? String(one))
    return `must be ${asked.join(' or ')}`
  },
  enum: ({ allowedValues }) => `must be one of ${[allowedValues].flat().join(', ')}`,
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
  minLength: counted('at least', 'character', 'characters'),
  maxLength: counted('at most', 'character', 'characters'),
  minItems: counted('at least', 'entry', 'entries'),
  maxItems: counted('at most', 'entry', 'entries'),
  uniqueItems: () => 'names an entry twice',
  minProperties: (_, { parentSchema }) => {
    const { properties = {} } = (parentSchema ?? {}) as { readonly properties?: object }
    return `is empty, and must have ${Object.keys(properties).join(' or ')}`
  },
  pattern: () => 'is not written as it must be',
}

/** What is wrong with a value, to be read after its place. It holds nothing of the value. */
export function shapeText(error: ErrorObject): string {
  const text = texts[error.keyword]
  return text?.(error.params as Params, error) ?? error.message ?? `breaks ${error.keyword}`
}
