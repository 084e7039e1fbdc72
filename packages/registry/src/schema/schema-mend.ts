const aSchema = "a schema, such as { type: 'string' }, or true or false"
const aList = "a list of schemas: [{ type: 'string' }, { type: 'null' }]"
const aCount = 'a whole number, 0 or more'
const aNumber = 'a number'

/** What stands at a keyword, for the mistakes that people make. */
const takes: Readonly<Record<string, string>> = {
  type: "one of array, boolean, integer, null, number, object, string, or a list of them: ['string', 'null']",
  properties: "an object with a schema for each name: { title: { type: 'string' } }",
  patternProperties: "an object with a schema for each pattern: { '^x-': { type: 'string' } }",
  $defs: "an object with a schema for each name: { point: { type: 'object' } }",
  required: "a list of names, each once, beside properties: ['title']",
  enum: "a list of the values, at least one: ['low', 'high']",
  items: `${aSchema}, for every entry; a list of schemas for the first entries is prefixItems`,
  pattern: "a regular expression as a string: '^[a-z]+$'",
  format: "the name of a format: 'date-time'",
  multipleOf: 'a number above 0',
  uniqueItems: 'true or false',
  ...Object.fromEntries(['additionalProperties', 'contains', 'not', 'if', 'then', 'else'].map((key) => [key, aSchema])),
  ...Object.fromEntries(['anyOf', 'oneOf', 'allOf', 'prefixItems'].map((key) => [key, aList])),
  ...Object.fromEntries(
    ['Length', 'Items', 'Properties'].flatMap((of) => [`min${of}`, `max${of}`]).map((key) => [key, aCount]),
  ),
  ...Object.fromEntries(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((key) => [key, aNumber])),
}

/** What the compiler refuses of schemas that are sound, because a part of them would silently do nothing. */
const refusals: readonly (readonly [reason: RegExp, mend: string])[] = [
  [/"(?:then|else|if)" without/, 'Write if together with then or else, or take it out.'],
  [/"m\w+Contains" without/, 'Write contains beside it, or take it out.'],
  [/default is ignored/, 'Take the default out there: defaults are filled in for properties alone.'],
  [
    /can't resolve reference/,
    'Define it in the same schema under $defs, and write $ref as #/$defs/NAME; nothing is fetched.',
  ],
]

/**
 * What to do about a schema that cannot be used.
 *
 * @param pointer where it breaks the rules of JSON Schema
 * @param reason what was said of it
 */
export function schemaMend(pointer: string, reason: string): string {
  const known = refusals.find(([pattern]) => pattern.test(reason))
  if (known !== undefined) return known[1]
  const [keyword, inside] = placeOf(pointer, reason)
  const taken = keyword === undefined ? undefined : takes[keyword]
  if (keyword === undefined || taken === undefined) return 'Correct the schema; it is JSON Schema 2020-12.'
  return inside ? `Write ${aSchema} there.` : `${keyword} takes ${taken}.`
}

/** The keyword that a fault is about, and whether it is about one of the schemas below it. */
function placeOf(pointer: string, reason: string): readonly [keyword: string | undefined, inside: boolean] {
  const keys = pointer.split('/').slice(1)
  const [last, above] = [keys.at(-1), keys.at(-2)]
  // Below these stand names that an author chose, and one may be called like a keyword.
  const named = above !== undefined && ['properties', 'patternProperties', '$defs'].includes(above)
  if (named || (above !== undefined && /^\d+$/.test(last ?? '') && takes[above] === aList)) return [above, true]
  if (last !== undefined && Object.hasOwn(takes, last)) return [last, false]
  if (above !== undefined && /^\d+$/.test(last ?? '')) return [above, false]
  return [/^(\w+) must have/.exec(reason)?.[1], false]
}
