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

/** What is sent beside the address. */
export interface FetchRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** An answer, whole. */
export interface FetchedDocument {
  readonly status: number
  readonly contentType: string
  /** Empty unless the status is 200: of other answers nothing is read. */
  readonly body: Uint8Array
}

async function readCapped(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
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
 * Makes one HTTP request that accepts JSON. No redirect is followed, and no more bytes are read than allowed.
 *
 * @throws {KeyFetchError} `unreachable` without an answer in time; `unusable` for a body over the limit
 */
export async function fetchDocument(
  url: string,
  request: FetchRequest,
  options: FetchOptions,
): Promise<FetchedDocument> {
  const { fetch: fetcher, timeoutMs, maxBytes } = options
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([timeout, options.signal])
  const headers = { accept: 'application/json', ...request.headers }
  try {
    const response = await fetcher(url, { ...request, headers, redirect: 'manual', signal })
    const { status } = response
    const contentType = response.headers.get('content-type') ?? ''
    // Of a body that is cancelled nothing more comes.
    if (status !== 200) await response.body?.cancel()
    return { status, contentType, body: await readCapped(response.body ?? [], maxBytes) }
  } catch (cause) {
    if (cause instanceof KeyFetchError) throw cause
    const reason = timeout.aborted ? `no whole answer within ${String(timeoutMs)} ms` : 'no answer'
    throw new KeyFetchError('unreachable', `${reason} from ${url}`, { cause })
  }
}
