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
  const walk: Walk = { values: 0, path: [] }
  return { value: copy(value, walk), values: walk.values }
}

interface Walk {
  values: number
  /** Where the walk is; only a refusal makes a pointer of it, because millions of pointers cost more than the copy. */
  readonly path: (string | number)[]
}

function copy(value: unknown, walk: Walk): unknown {
  walk.values += 1
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value !== 'object') throw refusal(walk, 'is not a JSON value')
  if (walk.path.length >= maxDepth) throw refusal(walk, `nests deeper than ${String(maxDepth)} levels`)
  if (Array.isArray(value)) return value.map((item: unknown, index) => copyAt(index, item, walk))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw refusal(walk, 'is not a plain object')
  const result: Record<string, unknown> = {}
  for (const [key, child] of Object.entries(value)) {
    if (key === '__proto__') throw refusal({ ...walk, path: [...walk.path, key] }, 'is not an accepted name')
    result[key] = copyAt(key, child, walk)
  }
  return result
}

function copyAt(token: string | number, value: unknown, walk: Walk): unknown {
  walk.path.push(token)
  const copied = copy(value, walk)
  walk.path.pop()
  return copied
}

function refusal({ path }: Walk, message: string): NotJsonError {
  return new NotJsonError(path.reduce<string>(pointerTo, ''), message)
}

/** Freezes a JSON value and everything in it. */
export function freezeJson<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const child of Object.values(value)) freezeJson(child)
  return value
}
