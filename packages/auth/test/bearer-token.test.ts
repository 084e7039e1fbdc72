import { expect } from 'chai'
import fc from 'fast-check'
import { AuthError, readBearerToken } from '../src/index.ts'

function codeOf(authorization: readonly string[], query = ''): string {
  try {
    return `token ${readBearerToken({ authorization, query: new URLSearchParams(query) })}`
  } catch (error) {
    if (error instanceof AuthError) return error.code
    throw error
  }
}

const vectors: readonly [situation: string, authorization: readonly string[], query: string, outcome: string][] = [
  ['one bearer token', ['Bearer abc.def-_~+/=='], '', 'token abc.def-_~+/=='],
  ['the scheme in lower case', ['bearer abc'], '', 'token abc'],
  ['the scheme in upper case', ['BEARER abc'], '', 'token abc'],
  ['several spaces before the token', ['Bearer   abc'], '', 'token abc'],
  ['an unrelated query parameter', ['Bearer abc'], 'a=b', 'token abc'],
  ['no credentials', [], '', 'missing_token'],
  ['an empty header', [''], '', 'missing_token'],
  ['a token in the query string only', [], 'access_token=abc', 'missing_token'],
  ['another scheme', ['Basic dXNlcjpwYXNz'], '', 'missing_token'],
  ['a DPoP-bound token', ['DPoP abc'], '', 'missing_token'],
  ['a scheme that begins like Bearer', ['BearerX abc'], '', 'missing_token'],
  ['a bare token without a scheme', ['eyJhbGciOiJub25lIn0.e30.x'], '', 'missing_token'],
  ['two headers', ['Bearer abc', 'Bearer abc'], '', 'invalid_request'],
  ['two headers of two schemes', ['Bearer abc', 'Basic abc'], '', 'invalid_request'],
  ['a token in the header and one in the query string', ['Bearer abc'], 'access_token=abc', 'invalid_request'],
  ['two tokens in one header', ['Bearer a b'], '', 'invalid_request'],
  ['two headers joined by a proxy', ['Bearer a, Bearer b'], '', 'invalid_request'],
  ['the scheme alone', ['Bearer'], '', 'invalid_request'],
  ['the scheme and a space', ['Bearer '], '', 'invalid_request'],
  ['a space after the token', ['Bearer abc '], '', 'invalid_request'],
  ['a tab after the scheme', ['Bearer\tabc'], '', 'invalid_request'],
  ['a space before the scheme', [' Bearer abc'], '', 'invalid_request'],
  ['a quoted token', ['Bearer "abc"'], '', 'invalid_request'],
  ['padding in the middle', ['Bearer a=b'], '', 'invalid_request'],
  ['padding alone', ['Bearer =='], '', 'invalid_request'],
  ['a character beyond ASCII', ['Bearer abcé'], '', 'invalid_request'],
  ['a line break', ['Bearer abc\n'], '', 'invalid_request'],
  ['a NUL', ['Bearer abc\0'], '', 'invalid_request'],
]

describe('readBearerToken', () => {
  for (const [situation, authorization, query, outcome] of vectors) {
    it(`answers ${outcome.split(' ', 1)[0] ?? ''} for ${situation}`, () => {
      expect(codeOf(authorization, query)).to.equal(outcome)
    })
  }

  it('returns every b64token behind the scheme unchanged, however the scheme is written', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9\-._~+/]{1,60}={0,3}$/)
    fc.assert(
      fc.property(token, fc.constantFrom('Bearer', 'bearer', 'bEARER'), (value, scheme) => {
        expect(codeOf([`${scheme} ${value}`])).to.equal(`token ${value}`)
      }),
    )
  })

  it('never returns anything but a b64token, and never puts the credentials into the error', () => {
    const credentials = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }).map((text) => `Bearer ${text}`),
    )
    fc.assert(
      fc.property(credentials, (value) => {
        try {
          const token = readBearerToken({ authorization: [value], query: new URLSearchParams() })
          expect(token).to.match(/^[A-Za-z0-9\-._~+/]+=*$/)
        } catch (error) {
          if (!(error instanceof AuthError)) throw error
          if (value.length > 12) expect(`${error.message} ${error.detail}`).not.to.include(value)
        }
      }),
    )
  })
})
