import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { copyJson, freezeJson } from '../copy-json.ts'
import { NotJsonError, ValidationBudgetError } from '../errors.ts'
import { compileSchema, resetBudget } from './schema-compiler.ts'

/** One place where a value breaks its schema. The message holds names, never values. */
export interface ValidationFault {
  /** RFC 6901 JSON Pointer into the value; empty for the value itself. */
  readonly pointer: string
  readonly message: string
}

/** What became of checking a value. */
export type ValidationResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly faults: readonly ValidationFault[] }

/** Checks a JSON value; never throws. */
export type Validator = (value: unknown) => ValidationResult

const maxFaults = 20
const maxText = 200
// Collecting every fault of a larger value could cost more memory than the value itself, many times over.
const maxValuesForAllFaults = 2_000

/**
 * Makes the check of values that come from callers or operators: on a copy, defaults applied once, nothing coerced, the
 * result frozen whole. At most 20 faults are told.
 *
 * @throws Error of ajv for a schema that cannot be compiled
 */
export function createValidator(schema: Readonly<Record<string, unknown>>, defaults: boolean): Validator {
  const first = compileSchema(schema, { defaults, allFaults: false })
  let all: ValidateFunction | undefined
  return (value) => {
    try {
      const copy = copyJson(value)
      resetBudget()
      if (first(copy.value)) return { ok: true, value: freezeJson(copy.value) }
      if (copy.values > maxValuesForAllFaults) return { ok: false, faults: faultsOf(first) }
      all ??= compileSchema(schema, { defaults, allFaults: true })
      resetBudget()
      all(copyJson(value).value)
      return { ok: false, faults: faultsOf(all) }
    } catch (error) {
      return { ok: false, faults: [uncheckable(error)] }
    }
  }
}

/**
 * Makes the test of a `when` condition.
 *
 * @returns whether the arguments match; true also for arguments that cannot be judged, since a match asks for more scopes
 * @throws Error of ajv for a schema that cannot be compiled
 */
export function createMatcher(schema: Readonly<Record<string, unknown>>): (args: unknown) => boolean {
  const validate = compileSchema(schema, { defaults: false, allFaults: false })
  return (args) => {
    try {
      resetBudget()
      return validate(args)
    } catch {
      return true
    }
  }
}

function faultsOf(validate: ValidateFunction): readonly ValidationFault[] {
  const errors = validate.errors ?? []
  const faults = errors
    .slice(0, maxFaults)
    .map((error) => ({ pointer: cut(error.instancePath), message: cut(say(error)) }))
  const more = errors.length - faults.length
  return more > 0 ? [...faults, { pointer: '', message: `and ${String(more)} more` }] : faults
}

function say(error: ErrorObject): string {
  const message = error.message ?? `breaks ${error.keyword}`
  const params = error.params as Readonly<Record<string, unknown>>
  const name = params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['propertyName']
  if (typeof name === 'string') return `${message}: ${JSON.stringify(cut(name))}`
  if (error.keyword === 'enum') return `${message}: ${JSON.stringify(params['allowedValues'])}`
  if (error.keyword === 'const') return `${message}: ${JSON.stringify(params['allowedValue'])}`
  return message
}

function cut(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text
}

function uncheckable(error: unknown): ValidationFault {
  if (error instanceof NotJsonError) return { pointer: cut(error.pointer), message: error.message }
  const large = error instanceof ValidationBudgetError || error instanceof RangeError
  return { pointer: '', message: large ? 'is too large or too deep to be checked' : 'cannot be checked' }
}
