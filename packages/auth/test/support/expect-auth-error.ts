import { expect } from 'chai'
import { AuthError } from '../../src/index.ts'
import type { AuthErrorCode } from '../../src/index.ts'

/** Awaits a rejection with an AuthError of a code, and hands the error out. */
export async function expectAuthError(promise: unknown, code: AuthErrorCode): Promise<AuthError> {
  const error = await Promise.resolve(promise).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).to.be.instanceOf(AuthError)
  if (!(error instanceof AuthError)) throw new TypeError('unreachable')
  expect(error.code, error.detail).to.equal(code)
  return error
}
