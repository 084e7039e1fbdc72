const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g
const MAX_DEPTH = 32

/**
 * Looks through JSON text for what `JSON.parse` passes over in silence: a member named twice, of which it keeps the
 * last, while another reader may keep the first (RFC 7519 section 4, RFC 7515 section 4). Deep nesting is refused too.
 *
 * @param text JSON that `JSON.parse` has accepted
 * @returns what is wrong with it, or undefined
 */
export function memberFault(text: string): 'duplicate' | 'depth' | undefined {
  const open: Set<unknown>[] = []
  let string = ''
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') {
      if (open.length === MAX_DEPTH) return 'depth'
      open.push(new Set())
    } else if (token === '}' || token === ']') {
      open.pop()
    } else if (token !== ':') {
      string = token
    } else {
      const name: unknown = JSON.parse(string)
      const members = open.at(-1)
      if (members?.has(name) === true) return 'duplicate'
      members?.add(name)
    }
  }
  return undefined
}
