import { expect } from 'chai'
import { base64url } from 'jose'
import { decodeToken } from '../src/decode-token.ts'
import { AuthError } from '../src/index.ts'

const header = '{"alg":"ES256"}'

function compactOf(head: string, payload: string): string {
  return `${base64url.encode(head)}.${base64url.encode(payload)}.c2ln`
}

function nested(depth: number): string {
  return `{"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
}

describe('taking a token apart', () => {
  it('gives header and claims as they are written, and what was signed as it came', () => {
    const compact = compactOf(header, '{"sub":"user-1","n":{"a":[1]}}')
    expect(decodeToken(compact)).to.deep.equal({
      signed: compact.slice(0, -'.c2ln'.length),
      signature: 'c2ln',
      header: { alg: 'ES256' },
      claims: { sub: 'user-1', n: { a: [1] } },
    })
  })

  it('takes 16 KiB to the byte', () => {
    // Three bytes are four characters: the rest is made up by the part that is the signature.
    const start = compactOf(header, '{}')
    const longest = `${start}${'A'.repeat(16 * 1024 - start.length)}`
    expect(decodeToken(longest).claims).to.deep.equal({})
    expect(() => decodeToken(`${longest}A`))
      .to.throw(AuthError)
      .with.property('detail', 'the token is longer than 16 KiB')
  })

  it('takes a nesting of 32 and no deeper', () => {
    expect(decodeToken(compactOf(header, nested(32))).claims).to.have.property('x')
    for (const [head, payload, part] of [
      [header, nested(33), 'payload'],
      [nested(33), '{}', 'header'],
    ] as const) {
      expect(() => decodeToken(compactOf(head, payload)))
        .to.throw(AuthError)
        .that.includes({ code: 'invalid_token', detail: `the ${part} is nested too deeply` })
    }
  })

  it('refuses bytes that are not UTF-8, in JSON that is whole', () => {
    const payload = base64url.encode(Buffer.from('{"sub":"us\xffer"}', 'latin1'))
    expect(() => decodeToken(`${base64url.encode(header)}.${payload}.c2ln`))
      .to.throw(AuthError)
      .with.property('detail', 'the payload is not base64url of UTF-8 JSON')
  })

  it('refuses a byte order mark, in front of JSON that is whole', () => {
    for (const compact of [compactOf(`\ufeff${header}`, '{}'), compactOf(header, '\ufeff{}')]) {
      expect(() => decodeToken(compact))
        .to.throw(AuthError)
        .with.property('detail')
        .that.matches(/^the (header|payload) is not base64url of UTF-8 JSON$/)
    }
  })
})
