import { AuthError, insufficientScopeChallenge, readCredentials } from '@toolgate/auth'
import fc from 'fast-check'
import { checkProperty } from '../../../test/support/hostile/check-property.ts'

const piece = fc.constantFrom(
  'Bearer',
  'bearer',
  'BeArEr',
  'Basic',
  'DPoP',
  ' ',
  '  ',
  '\t',
  ',',
  '=',
  '==',
  '"',
  '\\',
  '\r\n',
  '\n',
  '\u0000',
  'a',
  'a.b.c',
  '~+/-_',
  'realm=',
  '\u00e4',
  '\u212a',
)
const text = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
)

/** RFC 6750 section 2.1 and RFC 9110 section 11.4, character by character and without an expression. */
function modelOf(headers: readonly string[], query: string): string {
  if (headers.length > 1) return 'invalid_request'
  const [header = ''] = headers
  const inQuery = [...new URLSearchParams(query).keys()].includes('access_token')
  if (header === '') return 'missing_token'
  const end = header.indexOf(' ') === -1 ? header.length : header.indexOf(' ')
  const scheme = header.slice(0, end)
  if (scheme === '' || !Array.from(scheme).every(isTokenCharacter)) return 'invalid_request'
  if (
    scheme.length !== 6 ||
    !Array.from(scheme).every((letter, at) => letter === 'bearer'[at] || letter === 'BEARER'[at])
  ) {
    return 'missing_token'
  }
  if (inQuery) return 'invalid_request'
  let token = header.slice(end)
  while (token.startsWith(' ')) token = token.slice(1)
  let body = token
  while (body.endsWith('=')) body = body.slice(0, -1)
  return end < header.length && body !== '' && Array.from(body).every(isToken68Character)
    ? `token ${token}`
    : 'invalid_request'
}

function isAlphanumeric(character: string): boolean {
  const isIn = (from: string, to: string) => character >= from && character <= to
  return character.length === 1 && (isIn('0', '9') || isIn('a', 'z') || isIn('A', 'Z'))
}

function isTokenCharacter(character: string): boolean {
  return isAlphanumeric(character) || "!#$%&'*+-.^_`|~".includes(character)
}

function isToken68Character(character: string): boolean {
  return isAlphanumeric(character) || '-._~+/'.includes(character)
}

function read(headers: readonly string[], query: string): string {
  try {
    return `token ${readCredentials({ authorization: headers, query: new URLSearchParams(query), dpop: undefined }).token}`
  } catch (error) {
    if (error instanceof AuthError) return error.code
    throw error
  }
}

/** Takes a challenge apart as RFC 9110 section 11.6.1 has it: one scheme, then `name="value"`, escapes undone. */
function parse(header: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  let at = 'Bearer '.length
  if (!header.startsWith('Bearer ')) throw new Error('another scheme')
  while (at < header.length) {
    const equals = header.indexOf('=', at)
    const name = header.slice(at, equals)
    if (header[equals + 1] !== '"' || found.has(name)) throw new Error(`no value for ${name}, or two`)
    let value = ''
    for (at = equals + 2; header[at] !== '"'; at++) {
      if (at >= header.length) throw new Error('a value without an end')
      if (header[at] === '\\') at++
      value += header[at] ?? ''
    }
    found.set(name, value)
    at++
    if (at < header.length && !header.startsWith(', ', at)) throw new Error('something after a value')
    at += 2
  }
  return found
}

describe('hostile headers', () => {
  it('are read as bearer credentials exactly as a reading character by character does', () =>
    checkProperty(
      'bearer',
      fc.record({
        headers: fc.array(text, { maxLength: 2 }),
        query: fc.constantFrom('', '', 'a=b', 'access_token=x', '%61ccess_token='),
      }),
      ({ headers, query }) => read(headers, query) === modelOf(headers, query),
      5_000,
    ))

  it('cannot be made of a challenge: it says what went in, or is not written', () =>
    checkProperty(
      'challenge',
      fc.record({
        scopes: fc.array(fc.oneof(text, fc.constantFrom('a', 'notes:read', 'x,y=z')), { maxLength: 4 }),
        url: fc.oneof(text, fc.webUrl({ withQueryParameters: true })),
        description: text,
      }),
      ({ scopes, url, description }) => {
        let header: string
        try {
          header = insufficientScopeChallenge({ scopes, resourceMetadataUrl: url, description })
        } catch (error) {
          return error instanceof TypeError
        }
        const said = parse(header)
        const whole = [...said.keys()].every((name) =>
          ['error', 'error_description', 'scope', 'resource_metadata'].includes(name),
        )
        return (
          whole &&
          Array.from(header).every((character) => character >= ' ' && character <= '~') &&
          said.get('error') === 'insufficient_scope' &&
          said.get('resource_metadata') === url &&
          said.get('error_description') === description &&
          said.get('scope') === (scopes.length === 0 ? undefined : [...new Set(scopes)].join(' '))
        )
      },
      5_000,
    ))
})
