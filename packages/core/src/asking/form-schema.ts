import { LRUCache } from 'lru-cache'
import { createValidator, type Validator } from '@toolgate/registry'

/** Makes the check of what a person filled in. */
export type FormChecks = (schema: unknown) => Validator

/** Checks that are held: a schema is compiled once, and most tools ask the same each time. */
const mostChecks = 500
/** Properties that one form may have, and characters of its schema. */
const mostProperties = 64
const longestSchema = 65_536

const keywords: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'format', 'enum'],
  number: ['minimum', 'maximum'],
  integer: ['minimum', 'maximum'],
  boolean: [],
  array: ['minItems', 'maxItems'],
}
const annotations = ['type', 'title', 'description', 'default', 'enumNames', 'oneOf', 'items']
const formats = ['email', 'uri', 'date', 'date-time']

type JsonObject = Readonly<Record<string, unknown>>

/**
 * The check of an answer against the schema that was asked with: flat objects of texts, numbers, booleans and choices, as the protocol
 * has them (MCP specification, client/elicitation, requested schema). What was not asked for is left out of the answer.
 *
 * @returns makes a check; throws TypeError for a schema that the protocol does not know
 */
export function createFormChecks(): FormChecks {
  const checks = new LRUCache<string, Validator>({ max: mostChecks })
  return (schema) => {
    const text = JSON.stringify(schema)
    if (text.length > longestSchema) throw new TypeError(`the schema has more than ${String(longestSchema)} characters`)
    const known = checks.get(text)
    if (known !== undefined) return known
    const plain = plainSchema(schema)
    const validate = createValidator(plain, false)
    const names = Object.keys(plain.properties as JsonObject)
    const check: Validator = (content) => validate(only(names, content))
    checks.set(text, check)
    return check
  }
}

function only(names: readonly string[], content: unknown): unknown {
  if (!isObject(content)) return content
  return Object.fromEntries(names.filter((name) => Object.hasOwn(content, name)).map((name) => [name, content[name]]))
}

/** What of a form's schema is checked. */
function plainSchema(schema: unknown): JsonObject {
  if (!isObject(schema) || schema.type !== 'object' || !isObject(schema.properties)) {
    throw new TypeError('the schema of a question must be of type object with properties')
  }
  const unknown = Object.keys(schema).find(
    (key) =>
      !['$schema', 'type', 'properties', 'required', 'additionalProperties', 'title', 'description'].includes(key),
  )
  if (unknown !== undefined) throw new TypeError(`the schema of a question has no ${unknown}`)
  const entries = Object.entries(schema.properties)
  if (entries.length > mostProperties) {
    throw new TypeError(`a question has at most ${String(mostProperties)} properties`)
  }
  const properties = Object.fromEntries(entries.map(([name, property]) => [name, plainProperty(name, property)]))
  return { type: 'object', properties, ...(schema.required === undefined ? {} : { required: schema.required }) }
}

function plainProperty(name: string, property: unknown): JsonObject {
  const wrong = (what: string) => new TypeError(`the property ${JSON.stringify(name)} of a question ${what}`)
  if (!isObject(property) || typeof property.type !== 'string') throw wrong('must have one type')
  const known = Object.hasOwn(keywords, property.type) ? keywords[property.type] : undefined
  if (known === undefined) throw wrong(`may not be of type ${property.type}`)
  const strange = Object.keys(property).find((key) => !known.includes(key) && !annotations.includes(key))
  if (strange !== undefined) throw wrong(`has ${strange}, which the protocol does not know there`)
  if (property.format !== undefined && !(formats as readonly unknown[]).includes(property.format)) {
    throw wrong(`may have the formats ${formats.join(', ')} alone`)
  }
  const checked = Object.fromEntries(
    known.filter((key) => property[key] !== undefined).map((key) => [key, property[key]]),
  )
  if (property.type === 'array') {
    const choices = choicesOf(property.items, 'anyOf')
    if (choices === undefined) throw wrong('must have items that are a choice of texts')
    return { type: 'array', ...checked, items: { type: 'string', enum: choices }, uniqueItems: true }
  }
  if (property.items !== undefined) throw wrong('has items, and is no array')
  if (property.oneOf === undefined) return { type: property.type, ...checked }
  const choices = property.type === 'string' ? choicesOf(property, 'oneOf') : undefined
  if (choices === undefined) throw wrong('has a oneOf that is no choice of texts')
  return { type: 'string', ...checked, enum: choices }
}

/** The texts of `enum`, or the `const` of each titled choice. */
function choicesOf(schema: unknown, titled: 'oneOf' | 'anyOf'): readonly string[] | undefined {
  if (!isObject(schema)) return undefined
  const listed: unknown = schema[titled]
  const choices: readonly unknown[] = Array.isArray(listed)
    ? listed.map((choice: unknown) => (isObject(choice) ? choice.const : undefined))
    : Array.isArray(schema.enum)
      ? schema.enum
      : []
  return choices.length > 0 && choices.every((choice) => typeof choice === 'string') ? choices : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
