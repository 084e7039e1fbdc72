import { randomBytes, randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { exportJWK, generateKeyPair } from 'jose'
import type { JWK } from 'jose'

import { AuthorityError } from './errors.ts'

/** What the authority signs with. Made once, kept in `authority-keys.json`, mode 0600. */
export interface AuthoritySecrets {
  /** The private ES256 key, with `kid`, `alg` and `use`. */
  readonly signingKey: JWK & { readonly kid: string }
  /** Signs the cookies. */
  readonly cookieSecret: string
  /** Signs the hidden field of the sign-in and consent forms. */
  readonly formSecret: string
}

function isErrorWithCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

async function createSecrets(): Promise<AuthoritySecrets> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    signingKey: { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' },
    cookieSecret: randomBytes(32).toString('base64url'),
    formSecret: randomBytes(32).toString('base64url'),
  }
}

function writeOnce(file: string, secrets: AuthoritySecrets): void {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  try {
    // A link is all or nothing and fails when the file is there: a crash leaves no half file, and the first process wins.
    linkSync(draft, file)
  } catch (error) {
    if (!isErrorWithCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 32
}

function isSecrets(value: unknown): value is AuthoritySecrets {
  if (typeof value !== 'object' || value === null) return false
  const { signingKey, cookieSecret, formSecret } = value as Partial<Record<keyof AuthoritySecrets, unknown>>
  if (typeof signingKey !== 'object' || signingKey === null || !isText(cookieSecret) || !isText(formSecret)) {
    return false
  }
  const key = signingKey as Record<string, unknown>
  return key['alg'] === 'ES256' && ['kid', 'x', 'y', 'd'].every((field) => typeof key[field] === 'string')
}

function readSecrets(file: string): AuthoritySecrets | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (isErrorWithCode(error, 'ENOENT')) return undefined
    throw unreadable(file, error)
  }
  try {
    const value: unknown = JSON.parse(text)
    if (isSecrets(value)) return value
  } catch {
    // The parser's message would quote the file.
  }
  throw unreadable(file)
}

function unreadable(file: string, cause?: unknown): AuthorityError {
  return new AuthorityError(
    'keys_unreadable',
    `The authority's keys in ${file} cannot be used`,
    'Restore the file from a back-up, or delete it: new keys are made, and everyone signs in again',
    { cause },
  )
}

/** Whether others than the owner may read the keys. */
export function areSecretsExposed(dataFolder: string): boolean {
  return (statSync(join(dataFolder, 'authority-keys.json')).mode & 0o077) !== 0
}

/**
 * Reads the authority's keys; on the first start makes them.
 *
 * @throws {AuthorityError} `keys_unreadable`: new keys are never made over a file that is there
 */
export async function loadSecrets(dataFolder: string): Promise<AuthoritySecrets> {
  const file = join(dataFolder, 'authority-keys.json')
  const held = readSecrets(file)
  if (held !== undefined) return held
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  writeOnce(file, await createSecrets())
  const made = readSecrets(file)
  if (made === undefined) throw unreadable(file)
  return made
}

/** The public half of the signing key (RFC 7517), as it is served and verified with. */
export function publicKeyOf({ signingKey }: AuthoritySecrets): JWK {
  const { d: _d, ...publicKey } = signingKey
  return publicKey
}
