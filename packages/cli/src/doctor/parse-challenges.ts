/** One challenge of a `WWW-Authenticate` header. */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

const token = /[!#$%&'*+.^_`|~\w-]+/y
const quoted = /"((?:[^"\\]|\\.)*)"/y
const separator = /[ \t]*(?:,[ \t]*)+/y
const space = /[ \t]+/y
const equals = /[ \t]*=[ \t]*/y

/**
 * Reads a `WWW-Authenticate` header as a strict client does (RFC 9110 section 11.6.1); `token68` is not read.
 *
 * @returns undefined if it is no list of challenges, or names a parameter twice
 */
export function parseChallenges(header: string): readonly Challenge[] | undefined {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(header)
    if (match !== null) at = pattern.lastIndex
    return match ?? undefined
  }
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  take(space)
  while (at < header.length) {
    const word = take(token)?.[0].toLowerCase()
    if (word === undefined) return undefined
    const current = challenges.at(-1)
    if (take(equals) !== undefined) {
      const value = take(quoted)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? take(token)?.[0]
      if (value === undefined || current === undefined || current.parameters.has(word)) return undefined
      current.parameters.set(word, value)
    } else {
      challenges.push({ scheme: word, parameters: new Map() })
      if (take(space) !== undefined && take(separator) === undefined) continue
    }
    if (at < header.length && take(separator) === undefined && take(space) === undefined) return undefined
  }
  return challenges.length === 0 ? undefined : challenges
}
