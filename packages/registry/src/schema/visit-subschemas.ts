import { isPlainObject } from '../plain-object.ts'
import { schemaKeywords, schemaListKeywords, schemaMapKeywords } from './keywords.ts'
import { pointerTo } from './pointer.ts'

/** An object schema inside a schema, with its JSON Pointer and how many schemas stand around it. */
export interface Subschema {
  readonly schema: Record<string, unknown>
  readonly pointer: string
  readonly depth: number
}

/** Yields a schema and every object schema in it, outermost first. Stops to descend past `maxDepth`. */
export function* subschemas(root: unknown, maxDepth: number, pointer = '', depth = 0): Generator<Subschema> {
  if (!isPlainObject(root)) return
  yield { schema: root, pointer, depth }
  if (depth > maxDepth) return
  for (const [child, at] of children(root, pointer)) yield* subschemas(child, maxDepth, at, depth + 1)
}

function* children(schema: Readonly<Record<string, unknown>>, pointer: string): Generator<[unknown, string]> {
  for (const keyword of schemaKeywords) {
    if (Object.hasOwn(schema, keyword)) yield [schema[keyword], pointerTo(pointer, keyword)]
  }
  for (const keyword of schemaListKeywords) {
    const list = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined
    if (!Array.isArray(list)) continue
    for (const [index, child] of list.entries()) yield [child, pointerTo(pointerTo(pointer, keyword), index)]
  }
  for (const keyword of schemaMapKeywords) {
    const map = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined
    if (!isPlainObject(map)) continue
    for (const [name, child] of Object.entries(map)) yield [child, pointerTo(pointerTo(pointer, keyword), name)]
  }
}
