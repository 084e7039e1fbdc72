const MAX_CHARACTERS = 80

/**
 * Makes a value that a stranger chose fit for a log line: quoted, printable ASCII, at most 80 characters.
 *
 * @returns a string that holds no control character, and of a token never more than a fragment
 */
export function excerpt(value: unknown): string {
  if (typeof value !== 'string') return `a value of type ${value === null ? 'null' : typeof value}`
  const clipped = value.slice(0, MAX_CHARACTERS).replace(/[^\x20-\x7e]|["\\]/g, '?')
  return value.length > MAX_CHARACTERS ? `"${clipped}..."` : `"${clipped}"`
}
