/**
 * Quotes a word for a POSIX shell. What needs no quotes stays as it is, so that lines read well.
 *
 * @see POSIX.1-2024, Shell Command Language, section 2.2.2 (single-quotes)
 */
export function quoteForShell(word: string): string {
  if (/^[\w./:@%+=,-]+$/.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
