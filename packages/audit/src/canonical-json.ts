function canonicalMembers(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // Code units, not locale: that is the order of RFC 8785 section 3.2.3, and the one that `<` compares by.
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
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
