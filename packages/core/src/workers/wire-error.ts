import { AuditError, type AuditErrorCode } from '@toolgate/audit'
import { AuthError, type AuthErrorCode } from '@toolgate/auth'

/** An error on its way to another process: what its reader goes by, and no stack. */
export interface WireError {
  readonly name: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What the errors of the packages tell beside their message. */
const told = ['code', 'detail', 'retryAfterSeconds', 'faults', 'mend', 'hint', 'file'] as const

/** What went wrong in another process, and is none of the errors that somebody there waits for. */
class RemoteError extends Error {
  constructor(name: string, message: string, fields: Readonly<Record<string, unknown>>) {
    super(message)
    this.name = name
    for (const key of told) if (fields[key] !== undefined) Object.assign(this, { [key]: fields[key] })
  }
}

/** Takes an error apart. */
export function toWireError(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), fields: {} }
  const fields = told.flatMap((key) => {
    const value: unknown = Reflect.get(error, key)
    return value === undefined ? [] : [[key, value] as const]
  })
  return { name: error.name, message: error.message, fields: Object.fromEntries(fields) }
}

/** Puts an error together again: of its own class where rooms tell it by that. */
export function fromWireError({ name, message, fields }: WireError): Error {
  const { code, detail, retryAfterSeconds } = fields
  if (name === 'AuthError') {
    const options = typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}
    return new AuthError(code as AuthErrorCode, String(detail), options)
  }
  return name === 'AuditError'
    ? new AuditError(code as AuditErrorCode, message)
    : new RemoteError(name, message, fields)
}
