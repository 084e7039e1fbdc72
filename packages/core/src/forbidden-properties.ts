type Node = Readonly<Record<string, unknown>>

/** A property that a condition speaks of and no call can have. */
export interface ForbiddenProperty {
  /** Names from the arguments down to it. */
  readonly path: readonly string[]
  /** What in the input schema forbids it. */
  readonly by: string
  /** The condition cannot match without the property: it never matches. Otherwise what it says of the property always holds. */
  readonly needed: boolean
  /** The properties that are allowed in its place. */
  readonly allowed: readonly string[]
}

/**
 * Finds properties that the schema of a condition names and the input schema of its tool forbids: by
 * `additionalProperties: false` without a line under `properties`, or by `false` there (JSON Schema 2020-12, 10.3.2).
 *
 * Looks into `properties` and `allOf` of the condition. Does NOT look into `anyOf`, `oneOf`, `not`, `if` and `$ref`: what it
 * finds is certain, and it does not find everything.
 */
export function forbiddenProperties(condition: unknown, input: unknown): readonly ForbiddenProperty[] {
  return walk(condition, input, { path: [], needed: true })
}

interface Place {
  readonly path: readonly string[]
  readonly needed: boolean
}

function walk(condition: unknown, input: unknown, place: Place): readonly ForbiddenProperty[] {
  if (!isNode(condition) || !isNode(input)) return []
  // Of a value that need not be an object `required` asks nothing.
  const isObject = place.path.length === 0 || [condition, input].some(({ type }) => type === 'object')
  const required = Array.isArray(condition['required']) ? (condition['required'] as readonly unknown[]) : []
  const named = isNode(condition['properties']) ? condition['properties'] : {}
  const names = [...required.filter((name) => typeof name === 'string'), ...Object.keys(named)]
  const allOf = Array.isArray(condition['allOf']) ? (condition['allOf'] as readonly unknown[]) : []
  return [
    ...[...new Set(names)].flatMap((name) => {
      const path = [...place.path, name]
      const needed = place.needed && isObject && required.includes(name)
      const by = whatForbids(input, name)
      if (by !== undefined) return [{ path, by, needed, allowed: allowedIn(input) }]
      return walk(memberOf(named, name), memberOf(input['properties'], name), { path, needed })
    }),
    ...allOf.flatMap((part) => walk(part, input, place)),
  ]
}

function whatForbids(input: Node, name: string): string | undefined {
  const declared = memberOf(input['properties'], name)
  if (declared === false) return `properties[${JSON.stringify(name)}]: false`
  // Whether a pattern takes the name is left open: a warning must be certain.
  if (declared !== undefined || input['patternProperties'] !== undefined) return undefined
  return input['additionalProperties'] === false ? 'additionalProperties: false' : undefined
}

function allowedIn({ properties }: Node): readonly string[] {
  return isNode(properties) ? Object.keys(properties).filter((name) => properties[name] !== false) : []
}

function memberOf(value: unknown, name: string): unknown {
  return isNode(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
