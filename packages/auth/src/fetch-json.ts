import { KeyFetchError } from './errors.ts'
import { fetchDocument } from './fetch-document.ts'
import type { FetchOptions } from './fetch-document.ts'

export type { FetchLimits, FetchOptions } from './fetch-document.ts'

/**
 * Fetches a JSON object. No redirect is followed, no credentials are sent, and no more bytes are read than allowed.
 *
 * @throws {KeyFetchError} `unreachable` without an answer in time; `unusable` for a status other than 200, a redirect,
 *   a body over the limit, or one that is not a UTF-8 JSON object
 */
export async function fetchJson(url: string, options: FetchOptions): Promise<Record<string, unknown>> {
  const { status, body } = await fetchDocument(url, {}, options)
  if (status !== 200) throw new KeyFetchError('unusable', `status ${String(status)} from ${url}`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new KeyFetchError('unusable', `no UTF-8 JSON at ${url}`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KeyFetchError('unusable', `no JSON object at ${url}`)
  }
  return value as Record<string, unknown>
}
