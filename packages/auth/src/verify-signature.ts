import { constants, KeyObject, verify } from 'node:crypto'
import type { VerifyKeyObjectInput } from 'node:crypto'
import type { CryptoKey } from 'jose'
import { derSignature } from './ecdsa-signature.ts'
import { signatureScheme } from './signature-scheme.ts'
import type { SignatureScheme } from './signature-scheme.ts'

/** The parts of a compact JWS that its signature is about (RFC 7515 section 5.2). */
export interface SignedParts {
  /** Header and payload as they came, with the dot between them. */
  readonly signed: string
  /** The signature as it came. */
  readonly signature: string
}

const MIN_RSA_BITS = 2048

/** Keys are held for hours, and made into what node verifies by once. */
const prepared = new WeakMap<CryptoKey, KeyObject>()

/**
 * Verifies the signature of a JWS, in a thread of the pool.
 *
 * Checks: the key is public, and of the type and curve of `alg`; RSA of 2048 bits at least; the signature is base64url as an encoder
 * writes it, and for ECDSA as long as the curve says; the signature itself.
 * Does NOT check: that `alg` is one that the issuer may use, and is the one that the header names; whose the key is; any other member of the header.
 *
 * RFC 7515 section 5.2, RFC 7518 sections 3.3 to 3.5, RFC 8037 section 3.1, RFC 8725 section 3.1.
 *
 * @throws {Error} by rejecting, if the signature does not verify
 */
export async function verifySignature(parts: SignedParts, alg: string, key: CryptoKey): Promise<void> {
  const scheme = signatureScheme(alg)
  const keyObject = prepare(key)
  requireFittingKey(keyObject, scheme)
  const signature = decodeSignature(parts.signature, scheme)
  // The regular expression that took the parts out lets ASCII alone pass.
  const signed = Buffer.from(parts.signed, 'latin1')
  if (!(await verifies(scheme, signed, keyObject, signature))) throw new TypeError('the signature does not verify')
}

function prepare(key: CryptoKey): KeyObject {
  let keyObject = prepared.get(key)
  if (keyObject === undefined) {
    keyObject = KeyObject.from(key)
    prepared.set(key, keyObject)
  }
  return keyObject
}

function requireFittingKey(key: KeyObject, { keyType, curve }: SignatureScheme): void {
  if (key.type !== 'public') throw new TypeError('the key is not public')
  if (key.asymmetricKeyType !== keyType) throw new TypeError('the key is not of the type of the algorithm')
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {}
  if (namedCurve !== curve) throw new TypeError('the key is not of the curve of the algorithm')
  if (keyType === 'rsa' && !(Number(modulusLength) >= MIN_RSA_BITS)) throw new TypeError('the key is too short')
}

/** @returns ECDSA in DER, everything else as it is */
function decodeSignature(encoded: string, { integerBytes }: SignatureScheme): Buffer {
  const signature = Buffer.from(encoded, 'base64url')
  if (signature.toString('base64url') !== encoded) throw new TypeError('the signature is not canonical base64url')
  if (integerBytes === undefined) return signature
  if (signature.length !== 2 * integerBytes) throw new TypeError('the signature has another length')
  return derSignature(signature, integerBytes)
}

function verifies(scheme: SignatureScheme, signed: Buffer, key: KeyObject, signature: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    verify(scheme.hash, signed, inputOf(key, scheme), signature, (error, result) => {
      resolve(error === null && result)
    })
  })
}

/** A key by itself where nothing has to be said of it: node looks at an object around it by throwing twice. */
function inputOf(key: KeyObject, { saltBytes }: SignatureScheme): KeyObject | VerifyKeyObjectInput {
  if (saltBytes === undefined) return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes }
}
