import { expect } from 'chai'
import type { IssuerOptions } from '../src/index.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { activeAnswer, startIntrospectingIssuer } from './support/introspecting-issuer.ts'
import type { Answered, IntrospectingIssuer } from './support/introspecting-issuer.ts'
import { RESOURCE } from './support/issuer.ts'
import { createBench } from './support/verifier.ts'
import type { Bench } from './support/verifier.ts'

const TOKEN = 'sS0m2vQ4b7cQJ1Zk3yqkK9d8fPzL'

describe('the answer to an introspection', () => {
  let issuer: IntrospectingIssuer
  let bench: Bench

  beforeEach(async () => {
    issuer = await startIntrospectingIssuer()
    setUp()
  })
  afterEach(async () => {
    bench[Symbol.dispose]()
    await issuer[Symbol.asyncDispose]()
  })

  function setUp(more: Partial<IssuerOptions> = {}): void {
    bench = createBench([{ ...issuer.options(), ...more }])
  }

  function answers(members: Record<string, unknown>): void {
    issuer.answer = () => ({ body: { ...activeAnswer(issuer.issuer, bench.now()), ...members } })
  }

  it('makes a principal by the settings of the issuer, with every claim for the rules', async () => {
    setUp({ claims: ['tenant'] })
    answers({ tenant: 'acme', groups: ['admins'], acr: 'gold' })
    const verified = await bench.verifier.verify(TOKEN)
    expect(verified.principal).to.deep.equal({
      issuer: issuer.issuer,
      subject: 'user-1',
      clientId: 'client-1',
      scopes: ['notes:read', 'notes:write'],
      claims: { tenant: 'acme' },
    })
    expect(verified.id).to.equal('j1')
    expect(verified.expiresAt).to.equal(bench.now() + 600)
    expect(verified.claims).to.deep.include({ groups: ['admins'], acr: 'gold' })
    expect(verified).to.be.frozen
    expect(verified.claims).to.be.frozen
  })

  it('has its scopes and its client where the issuer has them', async () => {
    setUp({ scopeClaim: 'scp', scopeFormat: 'array', clientIdClaim: 'azp' })
    answers({ scp: ['a', 'b'], azp: 'portal' })
    const { principal } = await bench.verifier.verify(TOKEN)
    expect(principal).to.deep.include({ scopes: ['a', 'b'], clientId: 'portal' })
  })

  const accepted: readonly (readonly [what: string, members: Record<string, unknown>])[] = [
    ['no iss, for the issuer was asked itself', { iss: undefined }],
    ['several audiences', { aud: ['https://other.example', RESOURCE] }],
    ['token_type in lower case', { token_type: 'bearer' }],
    ['no token_type', { token_type: undefined }],
    ['no scope', { scope: undefined }],
    ['no iat and no jti', { iat: undefined, jti: undefined }],
  ]
  for (const [what, members] of accepted) {
    it(`may have ${what}`, async () => {
      answers(members)
      expect((await bench.verifier.verify(TOKEN)).principal.issuer).to.equal(issuer.issuer)
    })
  }

  it('may call the token by itself: the name is left out, also of the claims', async () => {
    answers({ jti: TOKEN })
    const verified = await bench.verifier.verify(TOKEN)
    expect(verified.id).to.equal(undefined)
    expect(JSON.stringify(verified)).not.to.include(TOKEN)
  })

  const refused: readonly (readonly [what: string, members: (now: number) => Record<string, unknown>])[] = [
    ['active: false, whatever else it says', () => ({ active: false })],
    ['another issuer', () => ({ iss: 'https://other.example' })],
    ['an issuer with a slash at the end', () => ({ iss: `${issuer.issuer}/` })],
    ['null for the issuer', () => ({ iss: null })],
    ['no audience', () => ({ aud: undefined })],
    ['another audience', () => ({ aud: 'https://other.example' })],
    ['an audience that only begins so', () => ({ aud: `${RESOURCE}/` })],
    ['an audience in another form', () => ({ aud: { [RESOURCE]: true } })],
    ['an empty list of audiences', () => ({ aud: [] })],
    ['no subject', () => ({ sub: undefined })],
    ['an empty subject', () => ({ sub: '' })],
    ['no exp', () => ({ exp: undefined })],
    ['an exp that is past', (now) => ({ exp: now - 6 })],
    ['an exp as a string', (now) => ({ exp: String(now + 600) })],
    ['an nbf ahead', (now) => ({ nbf: now + 60 })],
    ['an iat ahead', (now) => ({ iat: now + 60 })],
    ['scopes as a list where a string is said', () => ({ scope: ['notes:read'] })],
    ['scopes that are none', () => ({ scope: 'notes:read  "x"' })],
    ['a client id that is none', () => ({ client_id: 7 })],
    ['a token type of another kind', () => ({ token_type: 'N_A' })],
    ['a token type that is no text', () => ({ token_type: ['Bearer'] })],
    ['a DPoP type without a key', () => ({ token_type: 'DPoP' })],
    ['a key of another kind', () => ({ cnf: { 'x5t#S256': 'AAAA' } })],
    ['an empty cnf', () => ({ cnf: {} })],
    ['the token as a subject', () => ({ sub: TOKEN })],
    ['the token inside of a claim', () => ({ details: [{ note: `of ${TOKEN}` }] })],
    ['the token as the name of a claim', () => ({ [TOKEN]: true })],
  ]
  for (const [what, members] of refused) {
    it(`is a 401 with ${what}`, async () => {
      answers(members(bench.now()))
      const { detail } = await expectAuthError(bench.verifier.verify(TOKEN), 'invalid_token')
      expect(detail + bench.log.join()).not.to.include(TOKEN)
    })
  }

  for (const [detail, members] of [
    ['the issuer says that the token is not active', { active: false }],
    ['the answer repeats the token in a member', { sub: TOKEN }],
    ['token_type is not Bearer', { token_type: 'DPoP' }],
  ] as const) {
    it(`says in the log: ${detail}`, async () => {
      answers(members)
      expect((await expectAuthError(bench.verifier.verify(TOKEN), 'invalid_token')).detail).to.equal(detail)
    })
  }

  describe('where the tokens of the issuer may be bound', () => {
    const jkt = 'A'.repeat(43)

    beforeEach(() => {
      setUp({ dpop: 'allowed' })
    })

    for (const type of ['DPoP', 'dpop', 'Bearer', undefined]) {
      it(`binds the token to the key of cnf with token_type ${String(type)}`, async () => {
        answers({ token_type: type, cnf: { jkt } })
        expect((await bench.verifier.verify(TOKEN)).boundKey).to.have.property('thumbprint', jkt)
      })
    }

    for (const members of [
      { token_type: 'DPoP' },
      { token_type: 'N_A', cnf: { jkt } },
      { token_type: '', cnf: { jkt } },
      { token_type: ['DPoP'], cnf: { jkt } },
    ]) {
      it(`is a 401 with ${JSON.stringify(members)}`, async () => {
        answers(members)
        const { detail } = await expectAuthError(bench.verifier.verify(TOKEN), 'invalid_token')
        expect(detail).to.equal('token_type is not Bearer')
      })
    }
  })

  const good = () => JSON.stringify(activeAnswer(issuer.issuer, bench.now()))
  const unusable: readonly (readonly [what: string, answer: () => Answered])[] = [
    ['active as text', () => ({ body: { ...activeAnswer(issuer.issuer, bench.now()), active: 'true' } })],
    ['active as a number', () => ({ body: { ...activeAnswer(issuer.issuer, bench.now()), active: 1 } })],
    ['no active', () => ({ body: { ...activeAnswer(issuer.issuer, bench.now()), active: undefined } })],
    ['an active that is inherited', () => ({ body: '{"__proto__":{"active":true}}' })],
    ['two members of a name', () => ({ body: good().replace('{', '{"active":false,') })],
    ['two audiences in two members', () => ({ body: good().replace('{', '{"aud":"https://other.example",') })],
    ['a nesting over 32', () => ({ body: good().replace('}', `,"x":${'['.repeat(40)}${']'.repeat(40)}}`) })],
    ['a list', () => ({ body: `[${good()}]` })],
    ['null', () => ({ body: 'null' })],
    ['half of an object', () => ({ body: good().slice(0, -1) })],
    ['no body', () => ({ body: '' })],
    ['bytes that are not UTF-8', () => ({ body: Buffer.from(good().replace('user-1', 'us\xffer'), 'latin1') })],
    ['a byte order mark', () => ({ body: `\ufeff${good()}` })],
    ['a page in place of JSON', () => ({ body: good(), type: 'text/html' })],
    ['no type', () => ({ body: good(), type: '' })],
    ['a type that only begins so', () => ({ body: good(), type: 'application/json-seq' })],
    ['a signed answer that nobody asked for', () => ({ body: good(), type: 'application/token-introspection+jwt' })],
    ['more than 1 MiB', () => ({ body: good().replace('}', `,"x":"${'x'.repeat(1024 * 1024)}"}`) })],
    ['status 201', () => ({ body: good(), status: 201 })],
    ['status 400', () => ({ body: good(), status: 400 })],
    ['status 401', () => ({ body: good(), status: 401 })],
    ['status 403', () => ({ body: good(), status: 403 })],
    ['status 404', () => ({ body: good(), status: 404 })],
    ['status 429', () => ({ body: good(), status: 429 })],
    ['status 500', () => ({ body: good(), status: 500 })],
    ['status 503', () => ({ body: good(), status: 503 })],
    ['a redirect', () => ({ body: good(), status: 307, headers: { location: '/elsewhere' } })],
  ]
  for (const [what, answer] of unusable) {
    it(`is a 503 with ${what}`, async () => {
      issuer.answer = answer
      const error = await expectAuthError(bench.verifier.verify(TOKEN), 'introspection_unavailable')
      expect(error.retryAfterSeconds).to.equal(5)
      expect(error.detail + bench.log.join()).not.to.include(TOKEN)
      expect(error.detail + bench.log.join()).not.to.include('correct-horse')
      expect(issuer.server.requests).not.to.include('/elsewhere')
    })
  }
})
