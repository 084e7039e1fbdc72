/** How the signatures of a JWA algorithm are made, and by which keys. */
export interface SignatureScheme {
  /** What node calls the type of the key. */
  readonly keyType: 'rsa' | 'ec' | 'ed25519'
  /** Without one the algorithm hashes by itself. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined
  /** What OpenSSL calls the curve of the key. */
  readonly curve?: string
  /** Length of each of the two integers that are an ECDSA signature. */
  readonly integerBytes?: number
  /** Length of the salt of RSASSA-PSS, which is that of the hash. */
  readonly saltBytes?: number
}

/**
 * RFC 7518 sections 3.3 (RS), 3.4 (ES) and 3.5 (PS), RFC 8037 section 3.1 (EdDSA, of which Ed25519 alone), RFC 9864 section 2.2
 * (Ed25519).
 */
const schemes: ReadonlyMap<string, SignatureScheme> = new Map<string, SignatureScheme>([
  ['RS256', { keyType: 'rsa', hash: 'sha256' }],
  ['RS384', { keyType: 'rsa', hash: 'sha384' }],
  ['RS512', { keyType: 'rsa', hash: 'sha512' }],
  ['PS256', { keyType: 'rsa', hash: 'sha256', saltBytes: 32 }],
  ['PS384', { keyType: 'rsa', hash: 'sha384', saltBytes: 48 }],
  ['PS512', { keyType: 'rsa', hash: 'sha512', saltBytes: 64 }],
  ['ES256', { keyType: 'ec', hash: 'sha256', curve: 'prime256v1', integerBytes: 32 }],
  ['ES384', { keyType: 'ec', hash: 'sha384', curve: 'secp384r1', integerBytes: 48 }],
  ['ES512', { keyType: 'ec', hash: 'sha512', curve: 'secp521r1', integerBytes: 66 }],
  ['EdDSA', { keyType: 'ed25519', hash: undefined }],
  ['Ed25519', { keyType: 'ed25519', hash: undefined }],
])

/** Every algorithm that an issuer may be configured with, and the default: asymmetric signatures alone. */
export const signatureAlgorithms: readonly string[] = Object.freeze([...schemes.keys()])

/** @throws {TypeError} for an algorithm that is not one of `signatureAlgorithms` */
export function signatureScheme(alg: string): SignatureScheme {
  const scheme = schemes.get(alg)
  if (scheme === undefined) throw new TypeError(`${alg} is no signature algorithm of this host`)
  return scheme
}
