import { distance } from 'fastest-levenshtein'
import type { Finding, LoadFaultCode } from './load-fault.ts'

/** The known word that is closest to `word`, if one is close enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, steps: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps)
  const best = ranked[0]
  return best !== undefined && best.steps <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined
}

/** `Did you mean "x"?`, or the list of what is known where nothing is near. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near === undefined ? `Remove it; known here: ${known.join(', ')}.` : `Did you mean "${near}"?`
}

/** One finding per own key of `value` that is not known. */
export function unknownKeys(
  where: string,
  value: object,
  known: readonly string[],
  code: LoadFaultCode = 'unknown_key',
): Finding[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      code,
      message: `${where} has an unknown key ${JSON.stringify(key)}`,
      mend: suggestion(key, known),
    }))
}
