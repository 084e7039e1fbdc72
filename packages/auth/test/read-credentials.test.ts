import { expect } from 'chai'
import fc from 'fast-check'
import { AuthError, readCredentials } from '../src/index.ts'

function codeOf(authorization: readonly string[], query = ''): string {
  try {
    return `token ${readCredentials({ authorization, query: new URLSearchParams(query) }).token}`
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
  ['the scheme DPoP, where the host takes no proofs', ['DPoP abc'], '', 'missing_token'],
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

type ProofVector = readonly [
  situation: string,
  authorization: readonly string[],
  dpop: readonly string[],
  query: string,
  outcome: unknown,
]

const withProof: readonly ProofVector[] = [
  ['a bound token with its proof', ['DPoP abc'], ['p'], '', { scheme: 'DPoP', token: 'abc', proof: 'p' }],
  ['the scheme in lower case', ['dpop abc'], ['p'], '', { scheme: 'DPoP', token: 'abc', proof: 'p' }],
  ['several spaces', ['DPOP   abc=='], ['p'], '', { scheme: 'DPoP', token: 'abc==', proof: 'p' }],
  ['a plain bearer token', ['Bearer abc'], [], '', { scheme: 'Bearer', token: 'abc' }],
  ['a proof beside a bearer token', ['Bearer abc'], ['p'], '', 'invalid_request'],
  ['an empty proof beside a bearer token', ['Bearer abc'], [''], '', 'invalid_request'],
  ['no proof', ['DPoP abc'], [], '', 'invalid_dpop_proof'],
  ['two proofs', ['DPoP abc'], ['p', 'q'], '', 'invalid_dpop_proof'],
  ['the same proof twice', ['DPoP abc'], ['p', 'p'], '', 'invalid_dpop_proof'],
  ['a proof without a token', [], ['p'], '', 'missing_token'],
  ['a scheme that begins like DPoP', ['DPoPX abc'], ['p'], '', 'missing_token'],
  ['the scheme alone', ['DPoP'], ['p'], '', 'invalid_request'],
  ['two tokens', ['DPoP a b'], ['p'], '', 'invalid_request'],
  ['two headers', ['DPoP a', 'Bearer a'], ['p'], '', 'invalid_request'],
  ['two headers joined by a proxy', ['DPoP a, Bearer a'], ['p'], '', 'invalid_request'],
  ['a second token in the query string', ['DPoP abc'], ['p'], 'access_token=abc', 'invalid_request'],
]

describe('readCredentials, where the host takes proofs', () => {
  for (const [situation, authorization, dpop, query, outcome] of withProof) {
    it(`answers ${typeof outcome === 'string' ? outcome : 'the credentials'} for ${situation}`, () => {
      const read = () => readCredentials({ authorization, dpop, query: new URLSearchParams(query) })
      if (typeof outcome === 'object') expect(read()).to.deep.equal(outcome)
      else expect(read).to.throw(AuthError).with.property('code', outcome)
    })
  }
})

describe('readCredentials', () => {
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
      fc.tuple(fc.constantFrom('Bearer', 'DPoP'), fc.string({ unit: 'binary' })).map((parts) => parts.join(' ')),
    )
    fc.assert(
      fc.property(credentials, (value) => {
        try {
          const { token } = readCredentials({ authorization: [value], query: new URLSearchParams(), dpop: ['proof'] })
          expect(token).to.match(/^[A-Za-z0-9\-._~+/]+=*$/)
        } catch (error) {
          if (!(error instanceof AuthError)) throw error
          if (value.length > 12) expect(`${error.message} ${error.detail}`).not.to.include(value)
        }
      }),
    )
  })
})

describe('the detail of credentials that cannot be read', () => {
  const details: readonly (readonly [
    detail: string,
    authorization: readonly string[],
    query?: string,
    dpop?: string[],
  ])[] = [
    ['more than one Authorization header', ['Bearer a', 'Bearer a']],
    ['a token in the query string only', [], 'access_token=a'],
    ['no Authorization header', []],
    ['a token in the header and one in the query string', ['Bearer a'], 'access_token=a'],
    ['Bearer credentials that are not one b64token', ['Bearer a b']],
    ['DPoP credentials that are not one b64token', ['DPoP a b'], '', ['p']],
    ['a proof beside a bearer token', ['Bearer a'], '', ['p']],
    ['an Authorization header without a scheme', [' Bearer a']],
    ['credentials of another scheme', ['Basic a']],
    ['no DPoP header', ['DPoP a'], '', []],
    ['more than one DPoP header', ['DPoP a'], '', ['p', 'p']],
  ]
  for (const [detail, authorization, query = '', dpop] of details) {
    it(`says: ${detail}`, () => {
      expect(() => readCredentials({ authorization, query: new URLSearchParams(query), dpop }))
        .to.throw(AuthError)
        .with.property('detail', detail)
    })
  }
})
