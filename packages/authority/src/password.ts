import { randomBytes, randomInt, scrypt, scryptSync, timingSafeEqual } from 'node:crypto'

import { AuthorityError } from './errors.ts'

/** OWASP's second choice of cost: 32 MiB, three times over. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const KEY_BYTES = 32

/** No l, I, O, 0 or 1: the password is read from a screen and typed. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

const MIN_LENGTH = 8
const MAX_LENGTH = 256

/** A random password of 20 characters in groups of five, more than 110 bits. */
export function generatePassword(): string {
  const characters = Array.from({ length: 20 }, () => ALPHABET.charAt(randomInt(ALPHABET.length)))
  return [0, 5, 10, 15].map((start) => characters.slice(start, start + 5).join('')).join('-')
}

/**
 * Refuses what cannot be a password: 8 to 256 characters, whichever (NIST SP 800-63B section 5.1.1).
 *
 * @throws {AuthorityError} `password_invalid`
 */
export function requireUsablePassword(password: string): void {
  const { length } = normalize(password)
  if (length >= MIN_LENGTH && length <= MAX_LENGTH) return
  throw new AuthorityError(
    'password_invalid',
    `A password has ${String(MIN_LENGTH)} to ${String(MAX_LENGTH)} characters`,
    'Choose a longer one, or leave it out and a random one is made',
  )
}

function normalize(password: string): string {
  return password.normalize('NFKC')
}

/** Hashes a password for storage. Slow on purpose, and blocking: for making and changing users. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16)
  return encode(salt, scryptSync(normalize(password), salt, KEY_BYTES, COST))
}

function encode(salt: Buffer, key: Buffer): string {
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** A hash that no password matches: an unknown user costs the same work as a known one. */
const NOBODY = encode(Buffer.alloc(16), Buffer.alloc(KEY_BYTES))

/** Compares a password with a stored hash, in constant time. Without a hash it does the same work and answers false. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, n, r, p, salt = '', key = ''] = (stored ?? NOBODY).split('$')
  const expected = Buffer.from(key, 'base64url')
  const cost = { N: Number(n), r: Number(r), p: Number(p), maxmem: COST.maxmem }
  // Longer ones can be nobody's; cutting them keeps the work the same.
  const typed = normalize(password.slice(0, 2 * MAX_LENGTH))
  const actual = await new Promise<Buffer>((resolve, reject) => {
    scrypt(typed, Buffer.from(salt, 'base64url'), expected.length, cost, (error, derived) => {
      if (error === null) resolve(derived)
      else reject(error)
    })
  })
  return timingSafeEqual(actual, expected) && stored !== undefined
}
