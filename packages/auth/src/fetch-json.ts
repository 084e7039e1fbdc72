import { KeyFetchError } from './errors.ts'

/** Bounds of one fetch. */
export interface FetchLimits {
  /** Milliseconds until the last byte. */
  readonly timeoutMs: number
  /** Bytes of the body, after decompression. */
  readonly maxBytes: number
}

/** How one fetch is made. */
export interface FetchOptions extends FetchLimits {
  readonly fetch: typeof fetch
  /** Ends the fetch early. */
  readonly signal: AbortSignal
}

async function readCapped(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new KeyFetchError('unusable', `more than ${String(maxBytes)} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Fetches a JSON object. No redirect is followed, no credentials are sent, and no more bytes are read than allowed.
 *
 * @throws {KeyFetchError} `unreachable` without an answer in time; `unusable` for a status other than 200, a redirect,
 *   a body over the limit, or one that is not a UTF-8 JSON object
 */
export async function fetchJson(url: string, options: FetchOptions): Promise<Record<string, unknown>> {
  const { fetch: fetcher, timeoutMs, maxBytes } = options
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([timeout, options.signal])
  let body: Uint8Array
  try {
    const response = await fetcher(url, { redirect: 'manual', signal, headers: { accept: 'application/json' } })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new KeyFetchError('unusable', `status ${String(response.status)} from ${url}`)
    }
    body = response.body === null ? new Uint8Array() : await readCapped(response.body, maxBytes)
  } catch (cause) {
    if (cause instanceof KeyFetchError) throw cause
    const reason = timeout.aborted ? `no whole answer within ${String(timeoutMs)} ms` : 'no answer'
    throw new KeyFetchError('unreachable', `${reason} from ${url}`, { cause })
  }
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
