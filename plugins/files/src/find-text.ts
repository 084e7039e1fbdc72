/** A line that holds the text. */
export interface LineMatch {
  /** From 1. */
  readonly line: number
  /** The line, cut to what surrounds the first match. */
  readonly text: string
}

const shownBefore = 60
const shownLength = 240

function excerpt(line: string, index: number): string {
  const start = Math.max(0, index - shownBefore)
  const cut = line.slice(start, start + shownLength).toWellFormed()
  return `${start > 0 ? '…' : ''}${cut}${start + shownLength < line.length ? '…' : ''}`
}

/** The lines of a text that hold a literal string, at most `limit`. */
export function findText(text: string, query: string, ignoreCase: boolean, limit: number): readonly LineMatch[] {
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value)
  const wanted = fold(query)
  const matches: LineMatch[] = []
  if (!fold(text).includes(wanted)) return matches
  for (const [number, line] of text.split(/\r?\n/u).entries()) {
    if (matches.length >= limit) break
    const index = fold(line).indexOf(wanted)
    if (index >= 0) matches.push({ line: number + 1, text: excerpt(line, index) })
  }
  return matches
}
