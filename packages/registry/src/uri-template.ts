import { RE2JS } from 're2js'
import { finding, refuse, type Checked } from './checked.ts'

/** Characters that a URI may have to be looked at. */
export const longestUri = 2_048

/** A URI template (RFC 6570) that URIs can be matched against. */
export interface UriTemplate {
  /** In their order. */
  readonly variables: readonly string[]
  /** Those that a URI may leave out: of its query. */
  readonly optional: ReadonlySet<string>
  /** The percent-decoded variables of a URI of this shape, frozen; undefined for every other text. Time grows with its length alone. */
  readonly match: (uri: string) => Readonly<Record<string, string>> | undefined
  /** The one spelling of the URIs that have these variables: percent-encoded where it must be and nowhere else (RFC 6570 section 3). */
  readonly expand: (variables: Readonly<Record<string, string>>) => string
}

interface Expression {
  readonly operator: string
  readonly names: readonly string[]
}

const longestTemplate = 1_000
const mostVariables = 16
const variableName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/
// What an expansion can yield (RFC 6570 section 3.2.1): unreserved characters and percent-encoded octets, with `+` reserved ones too.
const unreserved = '(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})'
const withReserved = "(?:[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
const mend =
  "Write it as 'notes://{id}': a scheme, and {name}, {+name}, {/name} or, at its end, {?name,other}, each name once."

/**
 * Compiles a URI template. It runs on an engine whose time grows with the length of the URI alone. Of RFC 6570 it takes simple,
 * reserved (`+`) and path (`/`) expressions anywhere, and one form query (`?`) at the end; no prefix and no explode modifiers.
 */
export function compileUriTemplate(where: string, text: unknown): Checked<UriTemplate> {
  if (typeof text !== 'string' || text.length > longestTemplate || !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) {
    return refuse('bad_uri', `${where} is not a URI template of at most ${String(longestTemplate)} characters`, mend)
  }
  const parts = text.split(/(\{[^{}]*\})/)
  const expressions: Expression[] = []
  const literals: string[] = []
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) expressions.push(readExpression(part.slice(1, -1)))
    else literals.push(part)
  }
  const fault = faultOf(literals, expressions)
  if (fault !== undefined) return { ok: false, findings: [finding('bad_uri', `${where} ${fault}`, mend)] }
  return { ok: true, value: compile(literals, expressions) }
}

function readExpression(inner: string): Expression {
  const [operator = ''] = /^[^A-Za-z0-9_%]/.exec(inner) ?? []
  return { operator, names: inner.slice(operator.length).split(',') }
}

function faultOf(literals: readonly string[], expressions: readonly Expression[]): string | undefined {
  const names = expressions.flatMap((each) => each.names)
  if (names.length > mostVariables) return `has more than ${String(mostVariables)} variables`
  const odd = literals.find((literal) => !/^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/.test(literal))
  if (odd !== undefined) return `holds ${JSON.stringify(odd)}, which cannot stand in a URI`
  if (names.length === 0) return 'has no variable: it would be a resource'
  const unnamed = names.find((name) => !variableName.test(name))
  if (unnamed !== undefined) return `has the variable ${JSON.stringify(unnamed)}, which cannot be matched`
  if (new Set(names).size < names.length) return 'has a variable twice'
  const unknown = expressions.find(({ operator }) => !['', '+', '/', '?'].includes(operator))
  if (unknown !== undefined) {
    return `has an expression with ${JSON.stringify(unknown.operator)}, which is not taken here`
  }
  const query = expressions.findIndex(({ operator }) => operator === '?')
  if (query === -1) return undefined
  return query === expressions.length - 1 && literals.at(-1) === '' ? undefined : 'has a query that is not its end'
}

function compile(literals: readonly string[], expressions: readonly Expression[]): UriTemplate {
  const query = expressions.find(({ operator }) => operator === '?')?.names ?? []
  const path = expressions.filter(({ operator }) => operator !== '?')
  const names = path.flatMap((expression) => expression.names)
  const pattern = literals.reduce((sum, literal, index) => {
    const expression = path[index]
    return `${sum}${RE2JS.quote(literal)}${expression === undefined ? '' : patternOf(expression)}`
  }, '')
  const compiled = RE2JS.compile(pattern)
  const prefix = literals[0] ?? ''
  const matchPath = (text: string): readonly string[] | undefined => {
    if (!text.startsWith(prefix)) return undefined
    const matcher = compiled.matcher(text)
    return matcher.matches() ? names.map((_name, index) => matcher.group(index + 1) ?? '') : undefined
  }
  return {
    variables: [...names, ...query],
    optional: new Set(query),
    match: (uri) => {
      if (uri.length > longestUri) return undefined
      const mark = query.length === 0 ? -1 : uri.indexOf('?')
      const values = matchPath(mark === -1 ? uri : uri.slice(0, mark))
      const pairs = mark === -1 ? [] : readQuery(uri.slice(mark + 1), query)
      if (values === undefined || pairs === undefined) return undefined
      return decodeAll([...values.map((value, index) => [names[index] ?? '', value] as const), ...pairs])
    },
    expand: (variables) => {
      const expanded = literals.map((literal, index) => literal + expandOne(path[index], variables)).join('')
      const pairs = query
        .filter((name) => Object.hasOwn(variables, name))
        .map((name) => `${name}=${encode(variables[name], /[^A-Za-z0-9._~-]/gu)}`)
      return pairs.length === 0 ? expanded : `${expanded}?${pairs.join('&')}`
    },
  }
}

function expandOne(expression: Expression | undefined, variables: Readonly<Record<string, string>>): string {
  if (expression === undefined) return ''
  const { operator, names } = expression
  const escaped = operator === '+' ? /[^A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]/gu : /[^A-Za-z0-9._~-]/gu
  const values = names.map((name) => encode(variables[name], escaped))
  return operator === '/' ? values.map((value) => `/${value}`).join('') : values.join(',')
}

function encode(value = '', escaped: RegExp): string {
  return value.replace(escaped, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

function patternOf({ operator, names }: Expression): string {
  const value = operator === '+' ? `(${withReserved}+)` : `(${unreserved}+)`
  return operator === '/' ? names.map(() => `/${value}`).join('') : names.map(() => value).join(',')
}

/** In any order, each once; undefined for another name or form. */
function readQuery(
  text: string,
  names: readonly string[],
): readonly (readonly [name: string, value: string])[] | undefined {
  const pairs = text.split('&').map((pair) => /^([A-Za-z0-9_]+)=((?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*)$/.exec(pair))
  const known = pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? '', pair[2] ?? ''] as const]))
  const sound = known.length === pairs.length && known.every(([name]) => names.includes(name))
  return sound && new Set(known.map(([name]) => name)).size === known.length ? known : undefined
}

/** Undefined where the octets are no UTF-8. */
function decodeAll(
  pairs: readonly (readonly [name: string, value: string])[],
): Readonly<Record<string, string>> | undefined {
  try {
    return Object.freeze(Object.fromEntries(pairs.map(([name, value]) => [name, decodeURIComponent(value)])))
  } catch {
    return undefined
  }
}
