import { NotJsonError } from './errors.ts'
import { pointerTo } from './schema/pointer.ts'

const maxDepth = 128

/** A deep copy of a JSON value, with the number of values in it. */
export interface JsonCopy {
  readonly value: unknown
  readonly values: number
}

/**
 * Copies a JSON value: own enumerable keys alone, into objects and arrays that nothing else holds.
 *
 * @throws NotJsonError for what JSON cannot carry, a nesting over 128 levels, or a key `__proto__`
 */
export function copyJson(value: unknown): JsonCopy {
  const count = { values: 0 }
  return { value: copy(value, '', 0, count), values: count.values }
}

function copy(value: unknown, pointer: string, depth: number, count: { values: number }): unknown {
  count.values += 1
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value !== 'object') throw new NotJsonError(pointer, 'is not a JSON value')
  if (depth >= maxDepth) throw new NotJsonError(pointer, `nests deeper than ${String(maxDepth)} levels`)
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => copy(item, pointerTo(pointer, index), depth + 1, count))
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new NotJsonError(pointer, 'is not a plain object')
  const result: Record<string, unknown> = {}
  for (const [key, child] of Object.entries(value)) {
    const at = pointerTo(pointer, key)
    if (key === '__proto__') throw new NotJsonError(at, 'is not an accepted name')
    result[key] = copy(child, at, depth + 1, count)
  }
  return result
}

/** Freezes a JSON value and everything in it. */
export function freezeJson<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const child of Object.values(value)) freezeJson(child)
  return value
}
