import { TimeLimitError } from './errors.ts'

/**
 * Waits for a promise for some time only. What it does goes on; the caller cleans up when it ends after all.
 *
 * @throws TimeLimitError, or what the promise rejects with
 */
export async function withTimeLimit<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value> {
  const { promise: limit, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new TimeLimitError(milliseconds))
  }, milliseconds)
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
