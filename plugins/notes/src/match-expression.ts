const maxWords = 16

/**
 * An FTS5 query that finds all words of a text, each also as the beginning of a longer word, within the notes of one
 * owner. The text never becomes query syntax: every word stands in a quoted string.
 *
 * @returns undefined if the text holds no letter and no digit
 */
export function matchExpression(ownerId: number, text: string): string | undefined {
  const words = text
    .replaceAll('\0', ' ')
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, maxWords)
  if (words.length === 0) return undefined
  const quoted = words.map((word) => `"${word.replaceAll('"', '""')}"*`)
  return `owner : "${ownerId}" AND {title body} : (${quoted.join(' AND ')})`
}
