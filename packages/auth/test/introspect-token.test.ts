import { expect } from 'chai'
import { IntrospectionFailure } from '../src/errors.ts'
import { introspectToken } from '../src/introspect-token.ts'
import type { IntrospectionAnswer } from '../src/introspect-token.ts'
import { INTROSPECT, startIntrospectingIssuer } from './support/introspecting-issuer.ts'
import type { Answered, IntrospectingIssuer } from './support/introspecting-issuer.ts'

describe('a question about a token', () => {
  let issuer: IntrospectingIssuer
  let endpoint: string

  beforeEach(async () => {
    issuer = await startIntrospectingIssuer()
    endpoint = `${issuer.server.origin}${INTROSPECT}`
  })
  afterEach(async () => {
    await issuer[Symbol.asyncDispose]()
  })

  function ask(timeoutMs = 5_000): Promise<IntrospectionAnswer> {
    const credentials = { headers: { 'x-host': 'a' }, parameters: { client_id: 'host' } }
    const bounds = { timeoutMs, maxBytes: 1_000, signal: new AbortController().signal }
    return introspectToken(endpoint, 'a+b token', credentials, { fetch, ...bounds })
  }

  async function failure(answer: Answered): Promise<IntrospectionFailure> {
    issuer.answer = () => answer
    const error = await ask().catch((reason: unknown) => reason)
    if (error instanceof IntrospectionFailure) return error
    throw new Error('it did not fail with an IntrospectionFailure', { cause: error })
  }

  it('is a form with the token, the hint and the credentials', async () => {
    expect(await ask()).to.deep.equal({ active: false })
    const [asked] = issuer.asked
    expect(asked?.headers).to.include({ 'x-host': 'a', 'content-type': 'application/x-www-form-urlencoded' })
    expect(String(asked?.form)).to.equal('token=a%2Bb+token&token_type_hint=access_token&client_id=host')
  })

  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ;q',
  ]) {
    it(`takes an answer of the type ${type}`, async () => {
      issuer.answer = () => ({ body: { active: true, sub: 'a' }, type })
      expect(await ask()).to.deep.equal({ active: true, sub: 'a' })
    })
  }

  const reasons: readonly (readonly [what: string, reason: string, answer: Answered])[] = [
    ['a page', 'its type is not application/json', { body: { active: true }, type: 'text/html' }],
    [
      'a type that only ends so',
      'its type is not application/json',
      { body: { active: true }, type: 'x-application/json' },
    ],
    [
      'a type that only begins so',
      'its type is not application/json',
      { body: { active: true }, type: 'application/jsonp' },
    ],
    ['half an object', 'it is not UTF-8 JSON', { body: '{"active":true' }],
    [
      'bytes that are not UTF-8',
      'it is not UTF-8 JSON',
      { body: Buffer.from('{"active":true,"sub":"\xff"}', 'latin1') },
    ],
    ['a byte order mark', 'it is not UTF-8 JSON', { body: '\ufeff{"active":true}' }],
    ['a boolean', 'it is not a JSON object', { body: 'true' }],
    ['null', 'it is not a JSON object', { body: 'null' }],
    ['a list', 'it is not a JSON object', { body: '[{"active":true}]' }],
    ['33 levels', 'it is nested too deeply', { body: `{"active":true,"x":${'['.repeat(32)}${']'.repeat(32)}}` }],
    ['a member twice', 'it names a member twice', { body: '{"active":false,"active":true}' }],
    ['no active', 'active is not true or false', { body: '{"sub":"a"}' }],
    ['active as text', 'active is not true or false', { body: '{"active":"true"}' }],
    ['an inherited active', 'active is not true or false', { body: '{"__proto__":{"active":true}}' }],
  ]
  for (const [what, reason, answer] of reasons) {
    it(`fails alone with ${what}, for ${reason}`, async () => {
      const error = await failure(answer)
      expect(error).to.include({ reach: 'token', message: `an answer that cannot be used: ${reason}` })
    })
  }

  for (const status of [400, 413, 414, 415, 422]) {
    it(`fails alone with status ${String(status)}, which may be about this token`, async () => {
      const error = await failure({ status, body: {} })
      expect(error).to.include({ reach: 'token', message: `status ${String(status)} from ${endpoint}` })
    })
  }

  for (const status of [201, 302, 403, 404, 405, 429, 500, 503]) {
    it(`fails for all tokens with status ${String(status)}`, async () => {
      const error = await failure({ status, body: {} })
      expect(error).to.include({ reach: 'issuer', message: `status ${String(status)} from ${endpoint}` })
    })
  }

  it('fails for all tokens with status 401, and tells whose credentials are refused', async () => {
    const error = await failure({ status: 401, body: {} })
    const message = "the issuer refuses this host's client id or credentials (status 401)"
    expect(error).to.include({ reach: 'issuer', message })
  })

  it('fails alone where the answer is too long', async () => {
    const error = await failure({ body: `{"active":true,"x":"${'x'.repeat(1_000)}"}` })
    expect(error).to.include({ reach: 'token', message: 'more than 1000 bytes' })
  })

  it('lets a fault of the host through instead of calling it one of the issuer', async () => {
    expect(await ask(-1).catch((error: unknown) => error)).to.be.instanceOf(RangeError)
  })

  it('fails for all tokens without an answer, and keeps the cause for the log', async () => {
    issuer.server.down = true
    const error = await failure({ body: {} })
    expect(error).to.include({ reach: 'issuer', message: `no answer from ${endpoint}` })
    expect(error.cause).to.be.instanceOf(Error)
  })
})
