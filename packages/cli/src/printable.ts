// Control characters move a terminal's cursor and bidirectional ones reorder what a person reads.
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Text that somebody else may have written, safe to show on a terminal. Newlines stay. */
export function printable(text: string): string {
  return text.replace(unprintable, '\ufffd')
}
