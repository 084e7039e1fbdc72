import { expect } from 'chai'
import { AuthError, isJwt } from '../src/index.ts'
import { requireOpaqueForm } from '../src/token-form.ts'

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

describe('isJwt', () => {
  const header = encode({ alg: 'ES256', typ: 'at+jwt' })
  const payload = encode({ sub: 'user-1' })
  const jwts: readonly (readonly [what: string, token: string])[] = [
    ['a signed one', `${header}.${payload}.c2ln`],
    ['an unsigned one', `${encode({ alg: 'none' })}.${payload}.`],
    ['an encrypted one', `${encode({ alg: 'dir', enc: 'A256GCM' })}..aXY.dGV4dA.dGFn`],
    ['one without a signature part', `${header}.${payload}`],
    ['one with too many parts', `${header}.${payload}.c2ln.more`],
    ['one whose header lacks alg', `${encode({})}.${payload}.c2ln`],
    ['one whose payload is no object', `${header}.${encode('text')}.c2ln`],
    ['one whose header is damaged', `x${header}.${payload}.c2ln`],
    ['one whose header names a member twice', `${encode('{"alg":"a","alg":"b"}')}.${payload}.c2ln`],
    ['one whose header has white space around it', `${encode(' \n{"alg":"ES256"} ')}.${payload}.c2ln`],
    ['one whose header begins with a byte order mark', `${encode('\ufeff{"alg":"ES256"}')}.x.y`],
    ['one whose header is not UTF-8', `${Buffer.from('7b22616c67223a22ff227d', 'hex').toString('base64url')}.x.y`],
    ['one in base64 with padding', `${Buffer.from('{"a":"?>~"}').toString('base64')}.x.y`],
  ]
  for (const [what, token] of jwts) {
    it(`takes ${what} for a JWT`, () => {
      expect(isJwt(token)).to.equal(true)
    })
  }

  const opaque: readonly (readonly [what: string, token: string])[] = [
    ['a random one', 'sS0m2vQ4b7cQJ1Zk3yqkK9d8fPzL'],
    ['a UUID', '0b9d0a3c-6f0e-4f5b-9a57-5b1f0c1f2d3e'],
    ['three parts that are no JSON', 'abc.def.ghi'],
    ['a handle with its checksum', 'ory_at_x1Zk3yqkK9.d8fPzL'],
    ['a PASETO', 'v4.local.AAAA'],
    ['a list for a header', `${encode([1])}.${encode('x')}.c2ln`],
    ['a text for a header', `${encode('"text"')}.${encode('1')}.c2ln`],
    ['null for a header', `${encode('null')}.x.y`],
    ['JSON without a dot', encode({ alg: 'ES256' })],
    ['nothing but dots', '...'],
    ['nothing', ''],
  ]
  for (const [what, token] of opaque) {
    it(`takes ${what} for opaque`, () => {
      expect(isJwt(token)).to.equal(false)
    })
  }
})

describe('the form of an opaque token', () => {
  it('may be of 16 KiB and of every character of a b64token', () => {
    for (const token of ['x'.repeat(16 * 1024), 'azAZ09-._~+/==', 'a']) {
      expect(() => {
        requireOpaqueForm(token)
      }).not.to.throw()
    }
  })

  it('may be nothing else, and the log says what is wrong', () => {
    for (const [token, detail] of [
      ['x'.repeat(16 * 1024 + 1), 'the token is longer than 16 KiB'],
      ...['', '=', 'a=b', ' a', 'a ', 'a\n', 'é', '"a"'].map(
        (token) => [token, 'the token is not one b64token'] as const,
      ),
    ] as const) {
      expect(() => {
        requireOpaqueForm(token)
      })
        .to.throw(AuthError)
        .that.includes({ code: 'invalid_token', detail })
    }
  })
})
