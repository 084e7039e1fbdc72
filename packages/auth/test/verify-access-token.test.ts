import { expect } from 'chai'
import { base64url, CompactSign, generateSecret, SignJWT } from 'jose'
import { decodeToken } from '../src/decode-token.ts'
import { resolveIssuerSettings } from '../src/index.ts'
import type { DpopMode, IssuerOptions } from '../src/index.ts'
import { createKeySet } from '../src/key-set.ts'
import { verifyAccessToken } from '../src/verify-access-token.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { createSigningKey, goodClaims, goodHeader, RESOURCE, signToken, startIssuer } from './support/issuer.ts'
import type { SigningKey, TestIssuer } from './support/issuer.ts'
import { createBench } from './support/verifier.ts'
import type { Bench } from './support/verifier.ts'

interface Vector {
  readonly situation: string
  readonly claims?: (now: number) => Record<string, unknown>
  readonly without?: string
  readonly header?: Record<string, unknown>
  readonly options?: Partial<IssuerOptions>
  /** What the log must say, where more than one guard could refuse. */
  readonly detail?: string
}

const jkt = 'A'.repeat(43)

/** What no host of ours can check, or not whole. */
const foreignConfirmations: readonly unknown[] = [
  ...[
    null,
    'jkt',
    [jkt],
    {},
    { jkt: 'abc' },
    { jkt: `${jkt}=` },
    { jkt: `A${jkt}` },
    { jkt: [jkt] },
    { jkt: null },
    { JKT: jkt },
  ],
  ...[{ 'x5t#S256': jkt }, { jwk: { kty: 'EC' } }, { kid: 'k1' }, { jku: 'https://as.example/jwks' }],
  ...[
    { jkt, 'x5t#S256': jkt },
    { jkt, jwk: { kty: 'EC' } },
    { jkt, kid: 'k1' },
  ],
]

const refused: readonly Vector[] = [
  { situation: 'an audience that is another resource', claims: () => ({ aud: 'https://other.example/mcp' }) },
  { situation: 'an audience that begins like ours', claims: () => ({ aud: `${RESOURCE}/x` }) },
  { situation: 'an audience that is the origin of ours', claims: () => ({ aud: 'https://tools.example' }) },
  { situation: 'an audience list without ours', claims: () => ({ aud: ['a', 'b'] }) },
  { situation: 'an audience list with another type in it', claims: () => ({ aud: [RESOURCE, 1] }) },
  { situation: 'an empty audience list', claims: () => ({ aud: [] }) },
  { situation: 'an audience object', claims: () => ({ aud: { [RESOURCE]: true } }) },
  { situation: 'no audience', without: 'aud' },
  { situation: 'the resource as audience where another is configured', options: { audience: 'api://tools' } },
  { situation: 'an expired token', claims: (now) => ({ exp: now - 6 }), detail: 'expired 6 s ago' },
  { situation: 'exp exactly at the end of the skew', claims: (now) => ({ exp: now - 5 }) },
  { situation: 'no exp', without: 'exp' },
  { situation: 'exp as a string', claims: (now) => ({ exp: String(now + 60) }) },
  { situation: 'exp null', claims: () => ({ exp: null }) },
  { situation: 'exp beyond all dates', claims: () => ({ exp: 1e300 }) },
  { situation: 'a negative exp', claims: () => ({ exp: -1 }), detail: 'exp is not a date in seconds' },
  { situation: 'nbf in the future', claims: (now) => ({ nbf: now + 6 }), detail: 'not valid for another 6 s' },
  { situation: 'a negative nbf', claims: () => ({ nbf: -1 }), detail: 'nbf is not a date in seconds' },
  { situation: 'nbf as a string', claims: (now) => ({ nbf: String(now) }) },
  { situation: 'iat in the future', claims: (now) => ({ iat: now + 6 }), detail: 'issued 6 s in the future' },
  { situation: 'iat as a boolean', claims: () => ({ iat: true }) },
  { situation: 'no sub', without: 'sub' },
  { situation: 'an empty sub', claims: () => ({ sub: '' }) },
  { situation: 'a sub that is a number', claims: () => ({ sub: 1 }) },
  { situation: 'no iss', without: 'iss' },
  { situation: 'an iss that is a list', claims: () => ({ iss: ['https://as.example'] }) },
  { situation: 'an unknown iss', claims: () => ({ iss: 'https://attacker.example' }) },
  { situation: 'a token bound to a key (cnf)', claims: () => ({ cnf: { jkt: 'abc' } }) },
  {
    situation: 'a bound token where DPoP is off',
    claims: () => ({ cnf: { jkt } }),
    detail: 'a token with cnf is not a plain bearer token',
  },
  { situation: 'cnf null', claims: () => ({ cnf: null }) },
  { situation: 'an empty cnf', claims: () => ({ cnf: {} }) },
  {
    situation: 'no cnf where a key is required',
    options: { dpop: 'required' },
    detail: 'the token is bound to no key, and the issuer needs it',
  },
  ...['allowed', 'required'].flatMap((dpop) =>
    foreignConfirmations.map((cnf) => ({
      situation: `cnf ${JSON.stringify(cnf)} where DPoP is ${dpop}`,
      claims: () => ({ cnf }),
      options: { dpop: dpop as DpopMode },
    })),
  ),
  { situation: 'a scope list where a string is expected', claims: () => ({ scope: ['notes:read'] }) },
  { situation: 'a scope with a quote', claims: () => ({ scope: 'notes:"read' }) },
  { situation: 'a scope beyond ASCII', claims: () => ({ scope: 'notes:réad' }) },
  { situation: 'scopes split by two spaces', claims: () => ({ scope: 'a  b' }) },
  { situation: 'scopes split by a line break', claims: () => ({ scope: 'a\nb' }) },
  { situation: 'scope null', claims: () => ({ scope: null }) },
  { situation: 'a string where a list is configured', options: { scopeFormat: 'array' } },
  {
    situation: 'a list of scopes with a space in one',
    claims: () => ({ scope: ['a b'] }),
    options: { scopeFormat: 'array' },
  },
  {
    situation: 'a list of scopes with a number',
    claims: () => ({ scope: ['a', 1] }),
    options: { scopeFormat: 'array' },
  },
  { situation: 'a client id that is a number', claims: () => ({ client_id: 7 }) },
  { situation: 'an empty client id', claims: () => ({ client_id: '' }) },
  { situation: 'an empty jti', claims: () => ({ jti: '' }) },
  { situation: 'a jti that is an object', claims: () => ({ jti: {} }) },
  { situation: 'typ JWT', header: { typ: 'JWT' } },
  { situation: 'no typ', header: { typ: undefined }, detail: 'typ is missing' },
  { situation: 'typ of an id token', header: { typ: 'id+jwt' } },
  { situation: 'typ text/at+jwt', header: { typ: 'text/at+jwt' } },
  ...['JWT', 'id+jwt', 'logout+jwt', '', 'null'].map((typ) => ({
    situation: `typ ${JSON.stringify(typ)} where only a missing one passes beside at+jwt`,
    header: { typ },
    options: { dangerouslyAllowMissingTokenType: true },
    detail: `typ is ${JSON.stringify(typ)}`,
  })),
  ...[null, 1, ['at+jwt']].map((typ) => ({
    situation: `typ ${JSON.stringify(typ)} where a missing one passes`,
    header: { typ },
    options: { dangerouslyAllowMissingTokenType: true },
    detail: 'typ is not a string',
  })),
  {
    situation: 'an ID token without typ where a missing one passes: it is for the client',
    claims: () => ({ aud: 'client-1', nonce: 'n', auth_time: 1 }),
    header: { typ: undefined },
    options: { dangerouslyAllowMissingTokenType: true },
    detail: `aud is not ${JSON.stringify(RESOURCE)}`,
  },
  { situation: 'typ at+jwt where only JWT is accepted', options: { tokenTypes: ['JWT'] } },
  { situation: 'an unknown crit', header: { crit: ['x-unknown'], 'x-unknown': 1 }, detail: 'the header has crit' },
  { situation: 'a crit that the library knows', header: { crit: ['b64'], b64: true }, detail: 'the header has crit' },
  {
    situation: 'an algorithm that the issuer is not configured for',
    options: { algorithms: ['RS256'] },
    detail: 'alg is "ES256"',
  },
  { situation: 'a kid that is a number', header: { kid: 1 }, detail: 'kid is not a string' },
  { situation: 'a kid that is not published', header: { kid: 'k9' } },
]

const accepted: readonly Vector[] = [
  { situation: 'a plain token where DPoP is allowed', options: { dpop: 'allowed' } },
  { situation: 'typ application/at+jwt', header: { typ: 'application/at+jwt' } },
  { situation: 'typ in other case', header: { typ: 'AT+JWT' } },
  { situation: 'typ JWT where the operator accepts it', header: { typ: 'JWT' }, options: { tokenTypes: ['JWT'] } },
  {
    situation: 'no typ where the operator lets that pass',
    header: { typ: undefined },
    options: { dangerouslyAllowMissingTokenType: true },
  },
  { situation: 'typ at+jwt where a missing one passes too', options: { dangerouslyAllowMissingTokenType: true } },
  { situation: 'an audience list that contains ours', claims: () => ({ aud: ['https://as.example', RESOURCE] }) },
  { situation: 'a token expired within the skew', claims: (now) => ({ exp: now - 4 }) },
  {
    situation: 'a wider skew where configured',
    claims: (now) => ({ exp: now - 59 }),
    options: { clockSkewSeconds: 60 },
  },
  { situation: 'nbf and iat ahead within the skew', claims: (now) => ({ nbf: now + 5, iat: now + 5 }) },
  { situation: 'nbf and iat at the beginning of time', claims: () => ({ nbf: 0, iat: 0 }) },
  { situation: 'exp at the last second of all dates', claims: () => ({ exp: 8_640_000_000_000 }) },
  { situation: 'no iat and no jti', without: 'iat' },
  { situation: 'a token without a kid', header: { kid: undefined } },
]

describe('verifying an access token', () => {
  let key: SigningKey
  let issuer: TestIssuer
  let bench: Bench

  before(async () => {
    key = await createSigningKey()
    issuer = await startIssuer([key])
  })
  after(() => issuer[Symbol.asyncDispose]())
  afterEach(() => {
    bench[Symbol.dispose]()
  })

  function tokenOf({ claims, without, header }: Omit<Vector, 'situation'>): Promise<string> {
    const all = { ...goodClaims(issuer.issuer, bench.now()), ...claims?.(bench.now()) }
    const kept = Object.fromEntries(Object.entries(all).filter(([name]) => name !== without))
    return signToken(key, kept, { ...goodHeader(key), ...header })
  }

  function setUp(options: Partial<IssuerOptions> = {}): void {
    bench = createBench([{ issuer: issuer.issuer, ...options }])
  }

  it('returns a frozen principal without the token', async () => {
    setUp({ claims: ['groups', 'absent'] })
    const claims = { groups: ['a', { b: 1 }], scope: 'notes:read x notes:read', email: 'ada@acme.example' }
    const token = await tokenOf({ claims: () => claims })
    const verified = await bench.verifier.verify(token)
    expect(verified).to.deep.equal({
      principal: {
        issuer: issuer.issuer,
        subject: 'user-1',
        clientId: 'client-1',
        scopes: ['notes:read', 'x'],
        claims: { groups: ['a', { b: 1 }] },
      },
      expiresAt: bench.now() + 600,
      id: 'j1',
      boundKey: undefined,
      claims: { ...goodClaims(issuer.issuer, bench.now()), ...claims },
    })
    const { principal } = verified
    for (const part of [verified, verified.claims, principal, principal.scopes, principal.claims]) {
      expect(part).to.be.frozen
    }
    expect(principal.claims.groups).to.be.frozen
  })

  for (const dpop of ['allowed', 'required'] as const) {
    it(`names the key of a bound token where DPoP is ${dpop}`, async () => {
      setUp({ dpop, clockSkewSeconds: 7 })
      const { boundKey } = await bench.verifier.verify(await tokenOf({ claims: () => ({ cnf: { jkt } }) }))
      expect(boundKey).to.deep.equal({ thumbprint: jkt, clockSkewSeconds: 7 })
    })
  }

  it('reads scopes and client from the configured claims', async () => {
    setUp({ scopeClaim: 'scp', scopeFormat: 'array', clientIdClaim: 'azp' })
    const token = await tokenOf({ claims: () => ({ scp: ['a', 'b', 'a'], azp: 'app', scope: 'ignored' }) })
    const { principal } = await bench.verifier.verify(token)
    expect(principal.scopes).to.deep.equal(['a', 'b'])
    expect(principal.clientId).to.equal('app')
  })

  it('grants no scope where the claim is absent or empty', async () => {
    setUp()
    expect((await bench.verifier.verify(await tokenOf({ without: 'scope' }))).principal.scopes).to.deep.equal([])
    const empty = await bench.verifier.verify(await tokenOf({ claims: () => ({ scope: '' }) }))
    expect(empty.principal.scopes).to.deep.equal([])
  })

  for (const { situation, options, ...token } of accepted) {
    it(`accepts ${situation}`, async () => {
      setUp(options)
      expect((await bench.verifier.verify(await tokenOf(token))).principal.subject).to.equal('user-1')
    })
  }

  for (const { situation, options, detail, ...token } of refused) {
    it(`refuses ${situation}`, async () => {
      setUp(options)
      const compact = await tokenOf(token)
      const error = await expectAuthError(bench.verifier.verify(compact), 'invalid_token')
      expect(error.message).to.equal('The access token is not valid')
      expect(error.detail).to.match(/^[\x20-\x7e]{1,300}$/)
      expect(error.detail).not.to.include(compact)
      if (detail !== undefined) expect(error.detail).to.equal(detail)
    })
  }

  it('puts of a long claim no more than an excerpt into the detail', async () => {
    setUp()
    const token = await tokenOf({ claims: () => ({ iss: `https://attacker.example/\n${'x'.repeat(5_000)}` }) })
    const { detail } = await expectAuthError(bench.verifier.verify(token), 'invalid_token')
    expect(detail).to.match(/^[\x20-\x7e]{1,150}$/)
  })

  it('ignores jku, x5u, jwk and x5c: the key that an attacker brings verifies nothing and is fetched from nowhere', async () => {
    setUp()
    const own = await createSigningKey('ES256', 'k1')
    const url = `${issuer.origin}/attacker`
    const brought = { jku: url, x5u: url, jwk: own.jwk, x5c: ['AAAA'] }
    const forged = await signToken(own, goodClaims(issuer.issuer, bench.now()), { ...goodHeader(own), ...brought })
    await expectAuthError(bench.verifier.verify(forged), 'invalid_token')
    expect(issuer.requests).not.to.include('/attacker')
    expect(await bench.verifier.verify(await tokenOf({ header: brought }))).to.have.property('principal')
  })

  describe('that is forged', () => {
    const encode = (value: unknown): string => base64url.encode(JSON.stringify(value))

    async function refuses(token: string, detail?: string): Promise<void> {
      const error = await expectAuthError(bench.verifier.verify(token), 'invalid_token')
      if (detail !== undefined) expect(error.detail).to.equal(detail)
    }

    beforeEach(() => {
      setUp()
    })

    it('refuses alg none, with and without a signature', async () => {
      for (const alg of ['none', 'None', 'NONE']) {
        const unsigned = `${encode({ alg, typ: 'at+jwt' })}.${encode(goodClaims(issuer.issuer, bench.now()))}`
        await refuses(`${unsigned}.`)
        await refuses(`${unsigned}.AAAA`)
      }
    })

    it('refuses HS256 keyed with the public key', async () => {
      const secret = new TextEncoder().encode(JSON.stringify(key.jwk))
      const token = new SignJWT(goodClaims(issuer.issuer, bench.now()))
      await refuses(await token.setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' }).sign(secret))
      const random = new SignJWT(goodClaims(issuer.issuer, bench.now()))
      await refuses(
        await random.setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(await generateSecret('HS256')),
      )
    })

    it('refuses an all-zero ECDSA signature', async () => {
      const [header, payload] = (await tokenOf({})).split('.')
      await refuses(`${String(header)}.${String(payload)}.${base64url.encode(new Uint8Array(64))}`)
    })

    it('refuses a payload that was changed after signing', async () => {
      const [header, , signature] = (await tokenOf({})).split('.')
      const payload = encode({ ...goodClaims(issuer.issuer, bench.now()), scope: 'admin' })
      await refuses(`${String(header)}.${payload}.${String(signature)}`, 'the signature does not verify')
    })

    it('refuses what is not a compact JWS of JSON objects', async () => {
      const good = await tokenOf({})
      const [header = '', payload = '', signature = ''] = good.split('.')
      const parts = (head: string, body: string): string => `${head}.${body}.${signature}`
      const segments = 'the token is not three base64url segments'
      for (const token of ['abc', 'a.b', `${good}.`, `${good}.x.y`, `${good}=`, ` ${good}`]) {
        await refuses(token, segments)
      }
      for (const head of [[], null, 1]) await refuses(parts(encode(head), payload), 'the header is not a JSON object')
      await refuses(parts(header, encode('text')), 'the payload is not a JSON object')
      const text = 'the header is not base64url of UTF-8 JSON'
      for (const head of ['{"alg":', new Uint8Array([0x7b, 0xff, 0x7d]), '\uFEFF{"alg":"ES256"}']) {
        await refuses(parts(base64url.encode(head), payload), text)
      }
      await refuses(parts('A', payload), text)
    })

    it('refuses a token over 16 KiB', async () => {
      const sized = (length: number): Promise<string> => tokenOf({ claims: () => ({ pad: 'x'.repeat(length) }) })
      const within = await sized(11_000)
      expect(within.length).to.be.below(16 * 1024)
      expect(await bench.verifier.verify(within)).to.have.property('principal')
      const { detail } = await expectAuthError(bench.verifier.verify(await sized(12_500)), 'invalid_token')
      expect(detail).to.equal('the token is longer than 16 KiB')
    })

    it('refuses a duplicate member though it is signed', async () => {
      const claims = JSON.stringify(goodClaims(issuer.issuer, bench.now()))
      const twice = `${claims.slice(0, -1)},"s\\u0075b":"admin"}`
      const token = await new CompactSign(new TextEncoder().encode(twice))
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
        .sign(key.privateKey)
      const { detail } = await expectAuthError(bench.verifier.verify(token), 'invalid_token')
      expect(detail).to.equal('the payload names a member twice')
    })
  })

  for (const alg of ['RS256', 'PS256', 'ES384', 'EdDSA']) {
    it(`verifies ${alg}`, async () => {
      const other = await createSigningKey(alg, 'other')
      await using second = await startIssuer([key, other])
      bench = createBench([{ issuer: second.issuer }])
      const token = await signToken(other, goodClaims(second.issuer, bench.now()))
      expect((await bench.verifier.verify(token)).principal.issuer).to.equal(second.issuer)
    })
  }

  it('refuses an iss other than that of the settings, whoever picked them', async () => {
    setUp()
    const settings = resolveIssuerSettings({ issuer: 'https://as.example' }, RESOURCE)
    const token = decodeToken(await tokenOf({}))
    const context = { settings, keys: createKeySet(issuer.jwks), now: bench.now() }
    const { detail } = await expectAuthError(verifyAccessToken(token, context), 'invalid_token')
    expect(detail).to.equal('iss is not the issuer whose keys were used')
  })

  it('never verifies a token of one issuer by the keys of another', async () => {
    const other = await createSigningKey('ES256', 'k1')
    await using second = await startIssuer([other])
    bench = createBench([{ issuer: issuer.issuer }, { issuer: second.issuer }])
    const now = bench.now()
    const ofFirst = await bench.verifier.verify(await signToken(key, goodClaims(issuer.issuer, now)))
    const ofSecond = await bench.verifier.verify(await signToken(other, goodClaims(second.issuer, now)))
    expect([ofFirst, ofSecond].map(({ principal }) => principal.issuer)).to.deep.equal([issuer.issuer, second.issuer])
    await expectAuthError(
      bench.verifier.verify(await signToken(other, goodClaims(issuer.issuer, now))),
      'invalid_token',
    )
    await expectAuthError(bench.verifier.verify(await signToken(key, goodClaims(second.issuer, now))), 'invalid_token')
    const slashed = goodClaims(`${issuer.issuer}/`, now)
    await expectAuthError(bench.verifier.verify(await signToken(key, slashed)), 'invalid_token')
  })
})
