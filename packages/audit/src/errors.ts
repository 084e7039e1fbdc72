/**
 * Why the audit cannot be kept or read.
 *
 * - `in_use`: another audit writes the file.
 * - `unwritable`: the record did not reach the kernel, or an earlier one may not reach the disk. Nothing may run.
 * - `bad_key`: the key of the argument hashes is damaged or readable by others.
 * - `unreadable`: the file cannot be read.
 */
export type AuditErrorCode = 'in_use' | 'unwritable' | 'bad_key' | 'unreadable'

/** A failure of the audit. The message names the file and the mend; it is for the operator, never for the wire. */
export class AuditError extends Error {
  override readonly name = 'AuditError'
  readonly code: AuditErrorCode

  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
