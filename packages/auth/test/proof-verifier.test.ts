import { expect } from 'chai'
import { base64url, CompactSign, exportJWK, generateSecret } from 'jose'
import { createDpopKey } from '../../../test/support/dpop-key.ts'
import type { DpopKey, ProofOptions } from '../../../test/support/dpop-key.ts'
import { createProofVerifier } from '../src/index.ts'
import type { AuthErrorCode, ProofVerifier, ProofVerifierOptions, VerifiedToken } from '../src/index.ts'
import { expectAuthError } from './support/expect-auth-error.ts'
import { RESOURCE } from './support/issuer.ts'

const TOKEN = 'token.of.alice'
const START = 1_800_000_000
const algorithms = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519']

/** A host's proofs, with a clock that the test moves. */
interface Bench {
  readonly verifier: ProofVerifier
  /** Seconds since the epoch. */
  now: number
  readonly verify: (proof: string, verified?: VerifiedToken, token?: string) => Promise<string | undefined>
}

let key: DpopKey
let other: DpopKey
let rsa: DpopKey

function verifiedToken(thumbprint: string | undefined = key.thumbprint, subject = 'alice'): VerifiedToken {
  return {
    principal: { issuer: 'https://as.example', subject, clientId: 'client-1', scopes: [], claims: {} },
    expiresAt: START + 3600,
    id: 't1',
    boundKey: { thumbprint, clockSkewSeconds: 5 },
    claims: {},
  }
}

function createBench(options: Partial<ProofVerifierOptions> = {}): Bench {
  const time = { now: START }
  const clock = () => time.now * 1000
  const settings = { resource: RESOURCE, algorithms, proofAgeSeconds: 60, nonce: false, clock }
  const verifier = createProofVerifier({ ...settings, ...options })
  // Proofs of before the start are refused for that alone.
  time.now = START + 1000
  return Object.assign(time, {
    verifier,
    verify: async (proof: string, verified = verifiedToken(), token = TOKEN) =>
      verifier.verify({ scheme: 'DPoP', token, proof }, verified, 'POST'),
  })
}

function proofOf(bench: Bench, options: Partial<ProofOptions> = {}, signer = key): Promise<string> {
  return signer.proof({ url: RESOURCE, token: TOKEN, now: bench.now, ...options })
}

/** Signs a header and a payload as they are written. */
function signText(header: string, payload: string): Promise<string> {
  const signer = new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader({ alg: 'ES256' })
  return signer.sign(key.privateKey).then((signed) => {
    const [, body = ''] = signed.split('.')
    return crypto.subtle
      .sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        key.privateKey,
        new TextEncoder().encode(`${base64url.encode(header)}.${body}`),
      )
      .then((signature) => `${base64url.encode(header)}.${body}.${base64url.encode(new Uint8Array(signature))}`)
  })
}

interface Vector {
  readonly situation: string
  readonly detail: string
  readonly claims?: (now: number) => Record<string, unknown>
  readonly header?: () => Record<string, unknown>
}

const withMember = (member: string, value: unknown) => () => ({ jwk: { ...key.jwk, [member]: value } })

const refused: readonly Vector[] = [
  { situation: 'typ JWT', detail: 'typ', header: () => ({ typ: 'JWT' }) },
  { situation: 'typ in another case', detail: 'typ', header: () => ({ typ: 'DPoP+jwt' }) },
  { situation: 'typ with application/', detail: 'typ', header: () => ({ typ: 'application/dpop+jwt' }) },
  { situation: 'no typ', detail: 'typ', header: () => ({ typ: undefined }) },
  { situation: 'crit', detail: 'crit', header: () => ({ crit: ['x-unknown'], 'x-unknown': 1 }) },
  { situation: 'no jwk', detail: 'no jwk', header: () => ({ jwk: undefined }) },
  { situation: 'a jwk that is a string', detail: 'no jwk', header: () => ({ jwk: JSON.stringify(key.jwk) }) },
  { situation: 'a jwk with its private part', detail: 'private', header: withMember('d', 'AAAA') },
  { situation: 'a symmetric jwk', detail: 'private', header: () => ({ jwk: { kty: 'oct', k: 'AAAA' } }) },
  { situation: 'a jwk of an unknown type', detail: 'no public signature key', header: withMember('kty', 'AKP') },
  { situation: 'a jwk for encryption', detail: 'no public signature key', header: withMember('use', 'enc') },
  { situation: 'a jwk that cannot verify', detail: 'no public signature key', header: withMember('key_ops', ['sign']) },
  { situation: 'a jwk of a symmetric algorithm', detail: 'no public', header: withMember('alg', 'HS256') },
  { situation: 'a jwk without a coordinate', detail: 'lacks a member', header: withMember('x', undefined) },
  { situation: 'the jwk of another key', detail: 'not the key of the token', header: () => ({ jwk: other.jwk }) },
  { situation: 'another method', detail: 'htm', claims: () => ({ htm: 'GET' }) },
  { situation: 'the method in lower case', detail: 'htm', claims: () => ({ htm: 'post' }) },
  { situation: 'no htm', detail: 'htm', claims: () => ({ htm: undefined }) },
  { situation: 'another host', detail: 'htu', claims: () => ({ htu: 'https://other.example/mcp' }) },
  { situation: 'another path', detail: 'htu', claims: () => ({ htu: 'https://tools.example/' }) },
  { situation: 'a slash at the end', detail: 'htu', claims: () => ({ htu: `${RESOURCE}/` }) },
  { situation: 'another scheme', detail: 'htu', claims: () => ({ htu: 'http://tools.example/mcp' }) },
  { situation: 'another port', detail: 'htu', claims: () => ({ htu: 'https://tools.example:8443/mcp' }) },
  { situation: 'credentials in htu', detail: 'htu', claims: () => ({ htu: 'https://a@tools.example/mcp' }) },
  { situation: 'a path in another case', detail: 'htu', claims: () => ({ htu: 'https://tools.example/MCP' }) },
  { situation: 'a relative htu', detail: 'htu', claims: () => ({ htu: '/mcp' }) },
  { situation: 'a list of htu', detail: 'htu', claims: () => ({ htu: [RESOURCE] }) },
  { situation: 'no htu', detail: 'htu', claims: () => ({ htu: undefined }) },
  { situation: 'no ath', detail: 'ath', claims: () => ({ ath: undefined }) },
  { situation: 'the ath of another token', detail: 'ath', claims: () => ({ ath: base64url.encode('x'.repeat(32)) }) },
  { situation: 'the token itself for ath', detail: 'ath', claims: () => ({ ath: TOKEN }) },
  { situation: 'no jti', detail: 'jti', claims: () => ({ jti: undefined }) },
  { situation: 'an empty jti', detail: 'jti', claims: () => ({ jti: '' }) },
  { situation: 'a jti that is a number', detail: 'jti', claims: () => ({ jti: 1 }) },
  { situation: 'a jti of 257 characters', detail: 'jti', claims: () => ({ jti: 'j'.repeat(257) }) },
  { situation: 'no iat', detail: 'no iat', claims: () => ({ iat: undefined }) },
  { situation: 'iat as a string', detail: 'iat', claims: (now) => ({ iat: String(now) }) },
  { situation: 'a negative iat', detail: 'iat', claims: () => ({ iat: -1 }) },
  { situation: 'a proof too old', detail: 'made 66 s ago', claims: (now) => ({ iat: now - 66 }) },
  { situation: 'a proof from the future', detail: 'made 6 s in the future', claims: (now) => ({ iat: now + 6 }) },
  { situation: 'an exp that is over', detail: 'expired', claims: (now) => ({ exp: now - 5 }) },
  { situation: 'an nbf that is ahead', detail: 'not valid yet', claims: (now) => ({ nbf: now + 6 }) },
]

const accepted: readonly { readonly situation: string; readonly claims: (now: number) => Record<string, unknown> }[] = [
  { situation: 'a proof at the end of its time', claims: (now) => ({ iat: now - 65 }) },
  { situation: 'a proof of a clock that is 5 s ahead', claims: (now) => ({ iat: now + 5 }) },
  { situation: 'a query and a fragment in htu', claims: () => ({ htu: `${RESOURCE}?a=b#c` }) },
  { situation: 'a scheme and host in upper case', claims: () => ({ htu: 'HTTPS://Tools.Example/mcp' }) },
  { situation: 'the default port', claims: () => ({ htu: 'https://tools.example:443/mcp' }) },
  { situation: 'dot segments', claims: () => ({ htu: 'https://tools.example/a/../mcp' }) },
  { situation: 'an encoded letter', claims: () => ({ htu: 'https://tools.example/%6dcp' }) },
  { situation: 'a nonce that nobody asked for', claims: () => ({ nonce: 'of another server' }) },
  { situation: 'a jti of 256 characters', claims: () => ({ jti: 'j'.repeat(256) }) },
  { situation: 'an exp that is over by less than clocks may differ', claims: (now) => ({ exp: now - 4 }) },
  { situation: 'an nbf that is ahead by no more than that', claims: (now) => ({ nbf: now + 5 }) },
  { situation: 'an nbf of the beginning of time', claims: () => ({ nbf: 0 }) },
  { situation: 'claims of its own', claims: (now) => ({ exp: now + 60, nbf: now, sub: 'x' }) },
]

describe('createProofVerifier', () => {
  before(async () => {
    key = await createDpopKey()
    other = await createDpopKey()
    rsa = await createDpopKey('RS256')
  })

  for (const { situation, detail, claims, header } of refused) {
    it(`refuses ${situation} with invalid_dpop_proof`, async () => {
      const bench = createBench()
      const proof = await proofOf(bench, {
        ...(claims && { claims: claims(bench.now) }),
        ...(header && { header: header() }),
      })
      const error = await expectAuthError(bench.verify(proof), 'invalid_dpop_proof')
      expect(error.detail).to.include(detail)
    })
  }

  for (const { situation, claims } of accepted) {
    it(`accepts ${situation}`, async () => {
      const bench = createBench()
      expect(await bench.verify(await proofOf(bench, { claims: claims(bench.now) }))).to.equal(undefined)
    })
  }

  for (const alg of ['ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519']) {
    it(`accepts a proof by ${alg}`, async () => {
      const bench = createBench()
      const signer = await createDpopKey(alg)
      await bench.verify(await proofOf(bench, {}, signer), verifiedToken(signer.thumbprint))
    })
  }

  it('refuses an algorithm that is not on the list, none and HMAC', async () => {
    const bench = createBench({ algorithms: ['ES256'] })
    const byRsa = await expectAuthError(
      bench.verify(await proofOf(bench, {}, rsa), verifiedToken(rsa.thumbprint)),
      'invalid_dpop_proof',
    )
    expect(byRsa.detail).to.equal('alg of the proof is "RS256"')
    const secret = await generateSecret('HS256', { extractable: true })
    const [, payload = ''] = (await proofOf(bench)).split('.')
    const hmac = await new CompactSign(base64url.decode(payload))
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: await exportJWK(secret) })
      .sign(secret)
    const none = `${base64url.encode(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: key.jwk }))}.${payload}.AAAA`
    for (const proof of [hmac, none]) {
      const error = await expectAuthError(bench.verify(proof), 'invalid_dpop_proof')
      expect(error.detail).to.match(/^alg of the proof is/)
    }
  })

  it('refuses a signature by another key under the jwk of the token', async () => {
    const bench = createBench()
    const forged = await proofOf(bench, { header: { jwk: key.jwk } }, other)
    const error = await expectAuthError(bench.verify(forged), 'invalid_dpop_proof')
    expect(error.detail).to.equal('the signature of the proof does not verify')
  })

  it('refuses what is no compact JWS, is longer than 8 KiB, or names a member twice', async () => {
    const bench = createBench()
    const good = await proofOf(bench)
    const [header = '', payload = '', signature = ''] = good.split('.')
    const text = (part: string) => new TextDecoder().decode(base64url.decode(part))
    const twice = (part: string) => text(part).replace('{', '{"typ":"JWT","typ":"dpop+jwt",')
    const broken: readonly (readonly [proof: string, detail: RegExp])[] = [
      ['', /three base64url segments/],
      [`${good}.${good}.`, /three base64url segments/],
      [`${header}.${payload}`, /three base64url segments/],
      [`${good},${good}`, /three base64url segments/],
      [`${header}=.${payload}.${signature}`, /three base64url segments/],
      [`AAAA.${payload}.${signature}`, /not base64url of UTF-8 JSON/],
      [await proofOf(bench, { claims: { padding: 'x'.repeat(8_192) } }), /longer than 8 KiB/],
      [await signText(twice(header), text(payload)), /header of the proof names a member twice/],
      [await signText(text(header), twice(payload)), /payload of the proof names a member twice/],
    ]
    for (const [proof, detail] of broken) {
      const error = await expectAuthError(bench.verify(proof), 'invalid_dpop_proof')
      expect(error.detail).to.match(detail)
    }
    await bench.verify(await signText(text(header), text(payload)))
  })

  it('refuses the proof of one token beside another, and of one key beside the token of another', async () => {
    const bench = createBench()
    const proof = await proofOf(bench)
    const swapped = await expectAuthError(bench.verify(proof, verifiedToken(), 'token.of.bob'), 'invalid_dpop_proof')
    expect(swapped.detail).to.include('ath')
    const foreign = bench.verify(proof, verifiedToken(other.thumbprint))
    expect((await expectAuthError(foreign, 'invalid_dpop_proof')).detail).to.include('not the key of the token')
  })

  it('refuses a scheme that does not fit the token with invalid_token', async () => {
    const bench = createBench()
    const proof = await proofOf(bench)
    const bound = verifiedToken()
    const plain: VerifiedToken = { ...bound, boundKey: undefined }
    const asBearer = bench.verifier.verify({ scheme: 'Bearer', token: TOKEN }, bound, 'POST')
    expect((await expectAuthError(asBearer, 'invalid_token')).detail).to.include('came as a plain bearer token')
    expect((await expectAuthError(bench.verify(proof, plain), 'invalid_token')).detail).to.include('came with a proof')
    expect(await bench.verifier.verify({ scheme: 'Bearer', token: TOKEN }, plain, 'POST')).to.equal(undefined)
  })

  it('takes a proof once, for as long as it would pass', async () => {
    const bench = createBench()
    const ahead = await proofOf(bench, { claims: { iat: bench.now + 5 } })
    await bench.verify(ahead)
    for (const later of [0, 1, 60, 70]) {
      bench.now = START + 1000 + later
      const error = await expectAuthError(bench.verify(ahead), 'invalid_dpop_proof')
      expect(error.detail, String(later)).to.equal('the proof was used before')
    }
    bench.now += 1
    const old = await expectAuthError(bench.verify(ahead), 'invalid_dpop_proof')
    expect(old.detail).to.match(/ago$/)
  })

  it('lets one of two uses at once through', async () => {
    const bench = createBench()
    const proof = await proofOf(bench)
    const uses = await Promise.allSettled([bench.verify(proof), bench.verify(proof)])
    expect(uses.map(({ status }) => status).toSorted()).to.deep.equal(['fulfilled', 'rejected'])
  })

  it('refuses a jti that is used again in another proof', async () => {
    const bench = createBench()
    await bench.verify(await proofOf(bench, { claims: { jti: 'one' } }))
    const again = await proofOf(bench, { claims: { jti: 'one', iat: bench.now - 1 } })
    const error = await expectAuthError(bench.verify(again), 'invalid_dpop_proof')
    expect(error.detail).to.equal('the proof was used before')
  })

  it('gives every principal a share of its own, by issuer and subject', async () => {
    const bench = createBench({ replay: { maxEntries: 10, maxEntriesPerOwner: 1 } })
    const alice = verifiedToken()
    await bench.verify(await proofOf(bench), alice)
    await expectAuthError(bench.verify(await proofOf(bench), alice), 'proof_not_recorded')
    await bench.verify(await proofOf(bench), verifiedToken(key.thumbprint, 'bob'))
    const elsewhere = { ...alice, principal: { ...alice.principal, issuer: 'https://other.example' } }
    await bench.verify(await proofOf(bench), elsewhere)
  })

  it('leaves the jti of a proof that is refused for anything else', async () => {
    const bench = createBench()
    const claims = { jti: 'mine' }
    const attempts: readonly [Promise<string>, AuthErrorCode][] = [
      [proofOf(bench, { claims: { ...claims, htm: 'GET' } }), 'invalid_dpop_proof'],
      [proofOf(bench, { claims, header: { jwk: key.jwk } }, other), 'invalid_dpop_proof'],
    ]
    for (const [proof, code] of attempts) await expectAuthError(bench.verify(await proof), code)
    await bench.verify(await proofOf(bench, { claims }))
  })

  it('refuses proofs that were made before it began to remember', async () => {
    const bench = createBench()
    bench.now = START
    const error = await expectAuthError(
      bench.verify(await proofOf(bench, { claims: { iat: START - 1 } })),
      'invalid_dpop_proof',
    )
    expect(error.detail).to.include('before this host began')
    await bench.verify(await proofOf(bench, { claims: { iat: START } }))
  })

  it('does not start for a resource that no htu could equal', () => {
    for (const resource of ['https://Tools.example/mcp', 'https://tools.example/mcp?a', 'mcp']) {
      expect(() => createBench({ resource })).to.throw(TypeError, 'normal form')
    }
  })
})

describe('createProofVerifier with nonces', () => {
  it('asks for its nonce, takes it for two windows, and hands out the next before it runs out', async () => {
    const bench = createBench({ nonce: true })
    bench.now = Math.ceil(bench.now / 120) * 120
    const verify = async (nonce: unknown) => bench.verify(await proofOf(bench, { claims: { nonce } }))
    const { nonce } = await expectAuthError(verify(undefined), 'use_dpop_nonce')
    expect(nonce).to.match(/^[A-Za-z0-9_-]{43}$/)
    expect(await verify(nonce)).to.equal(undefined)
    bench.now += 120
    const fresh = await verify(nonce)
    expect(fresh)
      .to.match(/^[A-Za-z0-9_-]{43}$/)
      .and.not.equal(nonce)
    expect(await verify(fresh)).to.equal(undefined)
    bench.now += 120
    const late = await expectAuthError(verify(nonce), 'use_dpop_nonce')
    expect(late.nonce)
      .to.match(/^[A-Za-z0-9_-]{43}$/)
      .and.not.equal(fresh)
    expect(await verify(fresh)).to.equal(late.nonce)
  })

  it('asks for it where the nonce is a guess, of another type, or of another process', async () => {
    const bench = createBench({ nonce: true })
    const before = createBench({ nonce: true })
    const { nonce: foreign } = await expectAuthError(before.verify(await proofOf(before)), 'use_dpop_nonce')
    for (const nonce of ['', 'x', 1, null, [foreign], foreign]) {
      await expectAuthError(bench.verify(await proofOf(bench, { claims: { nonce } })), 'use_dpop_nonce')
    }
  })

  it('keeps the proof unused that came without it', async () => {
    const bench = createBench({ nonce: true })
    const claims = { jti: 'one' }
    const { nonce } = await expectAuthError(bench.verify(await proofOf(bench, { claims })), 'use_dpop_nonce')
    await bench.verify(await proofOf(bench, { claims: { ...claims, nonce } }))
  })
})
