// Controls except tab and line feed, bidirectional marks and overrides, invisible and tag characters, lone surrogates:
// what a reader of the text would not see, but a model or a terminal would obey.
const hidden =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u
const hiddenInBlock = new RegExp(`(?![\\t\\n])${hidden.source}`, 'u')

/**
 * Names the first character of a text that a reader cannot see, as `U+202E`.
 *
 * @param lines whether tab and line feed may stand in the text
 * @returns undefined if every character is readable
 */
export function hiddenCharacter(text: string, lines: boolean): string | undefined {
  const found = (lines ? hiddenInBlock : hidden).exec(text)?.[0].codePointAt(0)
  return found === undefined ? undefined : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
}
