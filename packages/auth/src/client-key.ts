import { createPrivateKey, type KeyObject } from 'node:crypto'
import { IssuerSettingsError } from './errors.ts'

/** A private key that signs client assertions. */
export interface ClientKey {
  readonly key: KeyObject
  readonly algorithm: string
  readonly keyId: string | undefined
}

/** By the names that OpenSSL has for P-256, P-384 and P-521; keys of other kinds have none. */
const CURVES: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
}
const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const EDWARDS_ALGORITHMS = ['EdDSA', 'Ed25519']
const MIN_RSA_BITS = 2048

/** What a private key is read from. */
export interface ClientKeySource {
  /** A JWK as JSON, or PEM; `\n` may stand for a line break, as variables of an environment often have it. */
  readonly privateKey: string
  readonly keyId?: string | undefined
  readonly algorithm?: string | undefined
}

/**
 * Reads a private key. Where no algorithm is named it is the `alg` of the JWK, or the one of its kind that most servers
 * know: RS256, the ES of its curve, EdDSA.
 *
 * @throws {IssuerSettingsError} that says what is wrong with which setting, and holds nothing of the key
 */
export function readClientKey({ privateKey, keyId, algorithm }: ClientKeySource): ClientKey {
  const jwk = jwkOf(privateKey)
  const key = importKey(jwk, privateKey)
  const usable = algorithmsOf(key)
  const [first] = usable
  if (first === undefined) {
    throw refused('privateKey', 'must be RSA of 2048 bits and more, EC P-256, P-384, P-521, or Ed25519')
  }
  const chosen = algorithm ?? textOf(jwk?.alg) ?? first
  if (!usable.includes(chosen)) {
    throw refused('algorithm', `must be one that the key can sign by: ${usable.join(', ')}`)
  }
  return { key, algorithm: chosen, keyId: keyId ?? textOf(jwk?.kid) }
}

function jwkOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    // What the parser says may quote the key.
    throw refused('privateKey', 'must be a JWK as JSON, or PEM')
  }
}

function importKey(jwk: Readonly<Record<string, unknown>> | undefined, text: string): KeyObject {
  try {
    if (jwk !== undefined) return createPrivateKey({ key: jwk, format: 'jwk' })
    return createPrivateKey(text.replaceAll('\\n', '\n'))
  } catch {
    throw refused('privateKey', 'must be a private key: a JWK as JSON, or PEM without a passphrase')
  }
}

function algorithmsOf(key: KeyObject): readonly string[] {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa') return modulusLength >= MIN_RSA_BITS ? RSA_ALGORITHMS : []
  if (key.asymmetricKeyType === 'ed25519') return EDWARDS_ALGORITHMS
  return CURVES[namedCurve] ?? []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function refused(setting: keyof ClientKeySource, message: string): IssuerSettingsError {
  return new IssuerSettingsError([{ setting, message }])
}
