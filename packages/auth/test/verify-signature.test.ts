import { constants, generateKeyPairSync, sign } from 'node:crypto'
import type { webcrypto } from 'node:crypto'
import { expect } from 'chai'
import { compactVerify, CompactSign, exportJWK, importJWK } from 'jose'
import type { CryptoKey, JWK } from 'jose'
import { signatureAlgorithms } from '../src/signature-scheme.ts'
import { verifySignature } from '../src/verify-signature.ts'
import type { SignedParts } from '../src/verify-signature.ts'
import { createSigningKey } from './support/issuer.ts'

function partsOf(compact: string): SignedParts {
  const dot = compact.lastIndexOf('.')
  return { signed: compact.slice(0, dot), signature: compact.slice(dot + 1) }
}

async function publicKeyOf(jwk: JWK, alg: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, alg)
  if (key instanceof Uint8Array) throw new TypeError('a secret')
  return key
}

async function faultOf(parts: SignedParts, alg: string, key: CryptoKey): Promise<string | undefined> {
  try {
    await verifySignature(parts, alg, key)
    return undefined
  } catch (error) {
    expect(error).to.be.an.instanceOf(Error)
    return (error as Error).message
  }
}

async function joseTakes({ signed, signature }: SignedParts, alg: string, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(`${signed}.${signature}`, key, { algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

interface Published {
  readonly source: string
  readonly alg: string
  readonly jwk: JWK
  readonly compact: string
}

const claimsOfJoe = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'

/** Signatures that others made. */
const published: readonly Published[] = [
  {
    source: 'RFC 7515 appendix A.2',
    alg: 'RS256',
    jwk: {
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    },
    compact: `eyJhbGciOiJSUzI1NiJ9.${claimsOfJoe}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
  },
  {
    source: 'RFC 7515 appendix A.3',
    alg: 'ES256',
    jwk: {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
    compact: `eyJhbGciOiJFUzI1NiJ9.${claimsOfJoe}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  },
  {
    source: 'RFC 7515 appendix A.4',
    alg: 'ES512',
    jwk: {
      kty: 'EC',
      crv: 'P-521',
      x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
      y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
    },
    compact:
      'eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn',
  },
  {
    source: 'RFC 8037 appendix A.4',
    alg: 'EdDSA',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    compact:
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  },
]

/** A signature with one bit turned, a byte less or more, or another half, and the like: what is next to a good one. */
function neighbours({ signed, signature }: SignedParts): readonly SignedParts[] {
  const bytes = Buffer.from(signature, 'base64url')
  const half = bytes.length / 2
  const turned = Array.from({ length: 24 }, (_, index) => {
    const copy = Buffer.from(bytes)
    const place = Math.floor((index * bytes.length) / 24)
    copy[place] = (copy[place] ?? 0) ^ (1 << (index % 8))
    return copy
  })
  const nothing = Buffer.alloc(half)
  const others = [
    bytes.subarray(1),
    bytes.subarray(0, -1),
    Buffer.concat([bytes, Buffer.from([0])]),
    Buffer.concat([Buffer.from([0]), bytes]),
    Buffer.concat([nothing, bytes.subarray(half)]),
    Buffer.concat([bytes.subarray(0, half), nothing]),
    Buffer.concat([nothing, nothing]),
    Buffer.concat([bytes.subarray(half), bytes.subarray(0, half)]),
    Buffer.concat([bytes, bytes]),
    Buffer.alloc(bytes.length, 0xff),
  ]
  return [
    ...[...turned, ...others].map((wrong) => ({ signed, signature: wrong.toString('base64url') })),
    { signed: `${signed}A`, signature },
    { signed: signed.slice(1), signature },
    { signed: signed.replace('.', '..'), signature },
    { signed: '', signature },
    { signed, signature: '' },
  ]
}

describe('verifying a signature', () => {
  for (const { source, alg, jwk, compact } of published) {
    it(`takes the one of ${source}`, async () => {
      const key = await publicKeyOf(jwk, alg)
      expect(await faultOf(partsOf(compact), alg, key)).to.equal(undefined)
      expect(await faultOf(partsOf(compact.replace('.', '.A')), alg, key)).to.equal('the signature does not verify')
    })
  }

  for (const alg of signatureAlgorithms) {
    it(`by ${alg} takes what jose takes, and nothing beside it`, async () => {
      const { privateKey, jwk } = await createSigningKey(alg)
      const key = await publicKeyOf(jwk, alg)
      const other = await publicKeyOf((await createSigningKey(alg)).jwk, alg)
      for (const payload of ['{"sub":"a"}', '']) {
        const signer = new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg })
        const parts = partsOf(await signer.sign(privateKey))
        expect(await joseTakes(parts, alg, key)).to.equal(true)
        expect(await faultOf(parts, alg, key)).to.equal(undefined)
        expect(await faultOf(parts, alg, other)).to.equal('the signature does not verify')
        for (const wrong of neighbours(parts)) {
          expect(await joseTakes(wrong, alg, key), JSON.stringify(wrong)).to.equal(false)
          expect(await faultOf(wrong, alg, key), JSON.stringify(wrong)).to.be.a('string')
        }
      }
    })
  }

  it('takes integers of ECDSA that begin with zeros, and with a one', async () => {
    const { privateKey, jwk } = await createSigningKey('ES256')
    const key = await publicKeyOf(jwk, 'ES256')
    const seen = new Set<string>()
    for (let count = 0; count < 5000 && seen.size < 6; count += 1) {
      const payload = Buffer.from(`{"jti":"${String(count)}"}`)
      const parts = partsOf(await new CompactSign(payload).setProtectedHeader({ alg: 'ES256' }).sign(privateKey))
      const bytes = Buffer.from(parts.signature, 'base64url')
      const kinds = [bytes[0] ?? 0, bytes[32] ?? 0].map((first, index) => {
        return `${'rs'[index] ?? ''} ${first === 0 ? 'shorter' : first > 127 ? 'negative' : 'plain'}`
      })
      if (kinds.every((kind) => seen.has(kind))) continue
      expect(await faultOf(parts, 'ES256', key)).to.equal(undefined)
      for (const kind of kinds) seen.add(kind)
    }
    expect([...seen]).to.have.members(
      ['r', 's'].flatMap((integer) => ['shorter', 'negative', 'plain'].map((kind) => `${integer} ${kind}`)),
    )
  })

  it('refuses a signature of ECDSA in DER, which is not what a JWS holds', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = await publicKeyOf(await exportJWK(publicKey), 'ES256')
    const signed = 'eyJhbGciOiJFUzI1NiJ9.e30'
    const signature = (dsaEncoding: 'der' | 'ieee-p1363') =>
      sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding }).toString('base64url')
    expect(await faultOf({ signed, signature: signature('ieee-p1363') }, 'ES256', key)).to.equal(undefined)
    expect(await faultOf({ signed, signature: signature('der') }, 'ES256', key)).to.equal(
      'the signature has another length',
    )
  })

  it('refuses a good signature with bits behind its end, which jose lets pass', async () => {
    const { alg, jwk, compact } = published[1] as Published
    const key = await publicKeyOf(jwk, alg)
    const { signed, signature } = partsOf(compact)
    expect(signature.at(-1)).to.equal('Q')
    const parts = { signed, signature: `${signature.slice(0, -1)}R` }
    expect(await joseTakes(parts, alg, key)).to.equal(true)
    expect(await faultOf(parts, alg, key)).to.equal('the signature is not canonical base64url')
  })

  it('refuses a salt of another length than the hash', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = await publicKeyOf(await exportJWK(publicKey), 'PS256')
    const signed = 'eyJhbGciOiJQUzI1NiJ9.e30'
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const salted = (saltLength: number) =>
      sign('sha256', Buffer.from(signed), { key: privateKey, padding, saltLength }).toString('base64url')
    expect(await faultOf({ signed, signature: salted(32) }, 'PS256', key)).to.equal(undefined)
    for (const length of [0, 20, 31, 33, 222]) {
      expect(await faultOf({ signed, signature: salted(length) }, 'PS256', key)).to.be.a('string')
    }
  })

  it('refuses a key of another type or curve, one that signs, and RSA of less than 2048 bits', async () => {
    const keyFor = async (alg: string) => publicKeyOf((await createSigningKey(alg)).jwk, alg)
    const parts = { signed: 'e30.e30', signature: 'AAAA' }
    for (const [alg, of] of [
      ['ES256', 'RS256'],
      ['ES256', 'EdDSA'],
      ['RS256', 'ES256'],
      ['PS256', 'EdDSA'],
      ['EdDSA', 'ES256'],
    ] as const) {
      expect(await faultOf(parts, alg, await keyFor(of))).to.equal('the key is not of the type of the algorithm')
    }
    for (const [alg, of] of [
      ['ES256', 'ES384'],
      ['ES384', 'ES512'],
      ['ES512', 'ES256'],
    ] as const) {
      expect(await faultOf(parts, alg, await keyFor(of))).to.equal('the key is not of the curve of the algorithm')
    }
    const { privateKey } = await createSigningKey('ES256')
    expect(await faultOf(parts, 'ES256', privateKey)).to.equal('the key is not public')
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.toCryptoKey(
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } satisfies webcrypto.RsaHashedImportParams,
      true,
      ['verify'],
    )
    expect(await faultOf(parts, 'RS256', short)).to.equal('the key is too short')
  })

  it('knows no other algorithm', async () => {
    const key = await publicKeyOf((await createSigningKey('ES256')).jwk, 'ES256')
    for (const alg of ['none', 'HS256', 'es256', 'ES256K', 'toString', '']) {
      expect(await faultOf({ signed: 'e30.e30', signature: 'AAAA' }, alg, key)).to.equal(
        `${alg} is no signature algorithm of this host`,
      )
    }
  })
})
