/** Most objects have their members in order, or one: then nothing is sorted. */
function sorted(names: string[]): readonly string[] {
  for (let index = 1; index < names.length; index += 1) {
    if ((names[index - 1] ?? '') > (names[index] ?? '')) return names.sort()
  }
  return names
}

function canonicalMembers(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = value as Readonly<Record<string, unknown>>
  let text = ''
  // Code units, not locale: that is the order of RFC 8785 section 3.2.3, and the one that `sort` compares by.
  for (const name of sorted(Object.keys(members))) {
    const member = members[name]
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

/**
 * One text for all JSON texts of one value: members sorted, no white space, numbers and strings as ECMAScript writes
 * them (RFC 8785, the JSON Canonicalization Scheme).
 *
 * The value is what `JSON.parse` gives, bounded in depth by the caller. Does NOT check: lone surrogates, which RFC 8785
 * refuses; they are escaped, so that every value has a text.
 */
export function canonicalJson(value: unknown): string {
  return typeof value === 'object' && value !== null ? canonicalMembers(value) : JSON.stringify(value)
}
