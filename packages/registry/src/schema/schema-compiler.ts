import { createHash } from 'node:crypto'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { ValidationBudgetError } from '../errors.ts'
import { formats } from './formats.ts'
import { linearPattern } from './linear-pattern.ts'
import { schemaLimits } from './inspect-schema.ts'
import { areUnique } from './unique-items.ts'
import { subschemas } from './visit-subschemas.ts'

/** How a schema is compiled. */
export interface CompileOptions {
  /** Whether defaults are written into what is checked. */
  readonly defaults: boolean
  /** Whether every fault is collected, or the first one ends the check. */
  readonly allFaults: boolean
}

const budgetKeyword = 'toolgateBudget'
const unprepared = ['$id', '$schema', '$comment', 'title', 'description', 'examples']
const maxReferences = 100_000
const compilers = new Map<string, Ajv2020>()
// Tools of one shape share a validator: it is compiled once, and the engine makes it fast for all of them.
const compiled = new Map<string, WeakRef<ValidateFunction>>()

// Set before each run, counted down at each reference that is followed. Validation is synchronous, so one is enough.
let referencesLeft = 0

/**
 * Compiles an inspected schema.
 *
 * Strict where a schema would silently do nothing (a default that is never applied, `then` without `if`, `minContains`
 * without `contains`); not strict about style (a keyword without `type`, union types, `required` without `properties`).
 * Nothing is coerced. Schemas that differ in annotations alone share one function, so read its `errors` before the next check.
 * Names count as present only when they are the value's own.
 *
 * @throws Error of ajv for a schema that cannot be compiled
 */
export function compileSchema(schema: Readonly<Record<string, unknown>>, options: CompileOptions): ValidateFunction {
  const ajv = compilerFor(options)
  const prepared = prepare(schema)
  const key = createHash('sha256')
    .update(JSON.stringify([options, prepared]))
    .digest('base64')
  const known = compiled.get(key)?.deref()
  if (known !== undefined) return known
  try {
    const validate = ajv.compile(prepared)
    compiled.set(key, new WeakRef(validate))
    return validate
  } finally {
    // The validator holds what it needs; the compiler would keep every schema for good.
    ajv.removeSchema(prepared)
  }
}

/**
 * Says why a schema breaks the meta-schema of JSON Schema 2020-12.
 *
 * @returns pairs of JSON Pointer and message, empty if it is sound
 */
export function metaSchemaFaults(schema: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  const ajv = compilerFor({ defaults: false, allFaults: false })
  if (ajv.validateSchema(prepare(schema)) === true) return []
  return (ajv.errors ?? []).map((error) => {
    const allowed: unknown = error.params['allowedValues']
    if (Array.isArray(allowed)) return [error.instancePath, `must be one of ${allowed.join(', ')}`] as const
    const types: unknown = error.keyword === 'type' ? error.params['type'] : undefined
    const words = types === undefined ? (error.message ?? error.keyword) : `must be ${typesText(types)}`
    return [error.instancePath, words] as const
  })
}

function typesText(types: unknown): string {
  const named = [types].flat().map((type) => `${/^[aeiou]/.test(String(type)) ? 'an' : 'a'} ${String(type)}`)
  return named.join(' or ')
}

/** Gives the next check the full number of references to follow. */
export function resetBudget(): void {
  referencesLeft = maxReferences
}

function compilerFor({ defaults, allFaults }: CompileOptions): Ajv2020 {
  const key = `${String(defaults)} ${String(allFaults)}`
  let ajv = compilers.get(key)
  if (ajv !== undefined) return ajv
  ajv = new Ajv2020({
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowMatchingProperties: true,
    coerceTypes: false,
    ownProperties: true,
    useDefaults: defaults,
    allErrors: allFaults,
    validateSchema: false,
    logger: false,
    // Optimizing takes longer than it saves: the engine does the same.
    code: { optimize: false, regExp: Object.assign(linearPattern, { code: 'linearPattern' }) },
  })
  for (const [name, check] of formats) ajv.addFormat(name, check)
  // Ajv resolves anchors, and yet its strict mode calls the keyword unknown.
  ajv.addKeyword('$anchor')
  // Ajv compares every item with every other one.
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have equal items' },
    validate: (unique: boolean, items: readonly unknown[]) => !unique || areUnique(items),
  })
  ajv.addKeyword({ keyword: budgetKeyword, schemaType: 'boolean', before: '$ref', errors: false, validate: spend })
  compilers.set(key, ajv)
  return ajv
}

function spend(): true {
  referencesLeft -= 1
  if (referencesLeft < 0) throw new ValidationBudgetError(`follows more than ${String(maxReferences)} references`)
  return true
}

// Annotations mean nothing to ajv, an identifier would let two plugins' schemas meet in one compiler, and work can grow
// faster than the value only where references are followed.
function prepare(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = structuredClone(schema)
  for (const { schema: subschema } of subschemas(copy, schemaLimits.depth)) {
    for (const keyword of Object.keys(subschema)) {
      if (keyword.startsWith('x-') || unprepared.includes(keyword)) Reflect.deleteProperty(subschema, keyword)
    }
    if ('$ref' in subschema || '$dynamicRef' in subschema) subschema[budgetKeyword] = true
  }
  return copy
}
