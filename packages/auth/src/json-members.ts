const MAX_DEPTH = 32

/**
 * Looks for what `JSON.parse` passes over in silence: a member named twice, of which it keeps the last, while another reader may
 * keep the first (RFC 7519 section 4, RFC 7515 section 4). Deep nesting is refused too.
 *
 * @param text JSON that `JSON.parse` has accepted
 * @param value what it made of the text: fewer members than the text names, if one is named twice
 * @returns what is wrong with the text, or undefined
 */
export function memberFault(text: string, value: unknown): 'duplicate' | 'depth' | undefined {
  const named = membersNamed(text)
  if (named === undefined) return 'depth'
  return named === membersOf(value) ? undefined : 'duplicate'
}

/** How many members a text names, each before a colon that stands in no string. Undefined if it is nested too deeply. */
function membersNamed(text: string): number | undefined {
  let named = 0
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === ':') named += 1
    else if (character === '}' || character === ']') depth -= 1
    else if ((character === '{' || character === '[') && (depth += 1) > MAX_DEPTH) return undefined
  }
  return named
}

/** Where the string ends that begins here: at the next quote after an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let first = end
    while (text[first - 1] === '\\') first -= 1
    if ((end - first) % 2 === 0) return end
  }
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inside = Object.values(value)
  const own = Array.isArray(value) ? 0 : inside.length
  return inside.reduce<number>((sum, each) => sum + membersOf(each), own)
}
