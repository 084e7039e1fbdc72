import { closest, distance } from 'fastest-levenshtein'

/** `Did you mean "x"?` for the known word nearest to a word, or `otherwise` where none is near. */
export function didYouMean(word: string, known: readonly string[], otherwise: string): string {
  if (known.length === 0) return otherwise
  const near = closest(word, [...known])
  return distance(word, near) <= Math.max(2, word.length / 3) ? `Did you mean "${near}"?` : otherwise
}
