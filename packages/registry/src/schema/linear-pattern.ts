import { RE2JS } from 're2js'

const maxLength = 1_000

/** A pattern as ajv uses one. Ajv tells patterns apart by `toString()`. */
export interface LinearPattern {
  test(text: string): boolean
  toString(): string
}

/**
 * Compiles an ECMA-262 pattern, as JSON Schema has them, on an engine whose time grows with the length of the text alone.
 *
 * The engine has no look-around and no back-references. Its `\s` and `\b` are of ASCII, and `.` matches all but `\n`.
 *
 * @throws Error with what the engine cannot take
 */
export function linearPattern(pattern: string): LinearPattern {
  if (pattern.length > maxLength) throw new Error(`longer than ${String(maxLength)} characters`)
  new RegExp(pattern, 'u')
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern))
  return { test: (text) => compiled.test(text), toString: () => `/${pattern}/` }
}
