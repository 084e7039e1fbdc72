/** Characters of what a client calls itself, where it is held for longer than a request; the audit cuts it further, and says so. */
const longest = 512

/** A text of a client's that is held for long: cut, and a copy, for a part of a text holds on to the whole. */
export function keptText(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= longest) return text
  return Buffer.from(text.slice(0, longest)).toString()
}
