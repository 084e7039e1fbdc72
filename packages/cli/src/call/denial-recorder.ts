/** Remembers the sentence of the last refusal: the SDK keeps the challenge alone. */
export interface DenialRecorder {
  readonly fetch: typeof fetch
  /** What the host said to the last call that it refused with 403, for the user. */
  sentence(): string | undefined
}

const most = 65_536

/** A `fetch` that looks at the bodies of 403 answers on their way. */
export function createDenialRecorder(): DenialRecorder {
  let sentence: string | undefined
  return {
    async fetch(...request) {
      const response = await fetch(...request)
      if (response.status !== 403) return response
      const text = await response.text()
      sentence = sentenceIn(text.slice(0, most))
      return new Response(text, response)
    },
    sentence: () => sentence,
  }
}

/** The message of a JSON-RPC error response (JSON-RPC 2.0 section 5.1). */
function sentenceIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text)
    const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined
    const message: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
