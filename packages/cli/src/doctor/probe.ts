/** An answer, whole. */
export interface Answer {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
  /**
   * Milliseconds by which the `Date` of the answer is certainly ahead of the own clock (behind, if negative), its whole
   * seconds and the way of the answer taken into account; undefined without a `Date` (RFC 9110 section 6.6.1).
   */
  readonly skewMs: number | undefined
}

/** No answer, with the reason in words. */
export interface NoAnswer {
  readonly url: string
  readonly problem: string
}

/** Asks one URL. Never throws. */
export type Probe = (url: string, init?: ProbeInit) => Promise<Answer | NoAnswer>

/** What is sent beside a plain GET. There is no place for a credential. */
export interface ProbeInit {
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Bounds of a doctor's visit. */
export interface ProbeLimits {
  /** Milliseconds of one question, to the last byte. */
  readonly timeoutMs: number
  /** Milliseconds of all questions together. */
  readonly totalMs: number
  /** Bytes of one answer, after decompression. */
  readonly maxBytes: number
}

const defaults: ProbeLimits = { timeoutMs: 5_000, totalMs: 60_000, maxBytes: 1024 * 1024 }

/** Makes a probe whose every question is bounded in time and size, follows no redirect and sends no credentials. */
export function createProbe(limits: Partial<ProbeLimits> = {}): Probe {
  const { timeoutMs, totalMs, maxBytes } = { ...defaults, ...limits }
  const end = AbortSignal.timeout(totalMs)
  return async (url, init = {}) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([timeout, end])
    try {
      const asked = Date.now()
      const response = await fetch(url, { ...init, redirect: 'manual', credentials: 'omit', signal })
      const answered = Date.now()
      const body = await readCapped(response.body, maxBytes)
      if (body === undefined) return { url, problem: `more than ${String(maxBytes)} bytes` }
      const { status, headers } = response
      return { url, status, headers, body, skewMs: skewOf(headers.get('date'), asked, answered) }
    } catch (error) {
      const late = end.aborted ? `all questions together took longer than ${String(totalMs)} ms` : undefined
      const slow = timeout.aborted ? `no whole answer within ${String(timeoutMs)} ms` : undefined
      return { url, problem: late ?? slow ?? `no answer (${reasonOf(error)})` }
    }
  }
}

async function readCapped(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A `Date` stands for a whole second, and was written at some time between question and answer. */
function skewOf(date: string | null, asked: number, answered: number): number | undefined {
  const sent = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(sent)) return undefined
  const [least, most] = [sent - answered, sent + 1_000 - asked]
  if (least > 0) return least
  return most < 0 ? most : 0
}

function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
  if (typeof code === 'string') return code
  return error instanceof Error ? error.message : String(error)
}
