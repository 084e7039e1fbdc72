/** When a file of the audit is put aside for a new one, and how many are kept. */
export interface RotateOptions {
  /** Before the next record, once the file has so many bytes; from 16,384. */
  readonly bytes?: number | undefined
  /** Before the first record of another day, in UTC. */
  readonly daily?: boolean | undefined
  /** Of the files that rotation put aside so many stay, the newest; all of them by default. */
  readonly keep?: number | undefined
}

/** The least that a file may be let grow to, in bytes. */
const LEAST_BYTES = 16_384

/**
 * Checks options of rotation.
 *
 * @throws {TypeError} if they never rotate, or say a number that is none
 */
export function requireRotateOptions({ bytes, daily, keep }: RotateOptions): void {
  if (bytes === undefined && daily !== true) throw new TypeError('audit rotation needs bytes or daily')
  if (bytes !== undefined && !(Number.isSafeInteger(bytes) && bytes >= LEAST_BYTES)) {
    throw new TypeError(`audit rotation bytes must be a whole number from ${String(LEAST_BYTES)}`)
  }
  if (keep !== undefined && !(Number.isSafeInteger(keep) && keep >= 1)) {
    throw new TypeError('audit rotation keep must be a whole number from 1')
  }
}
