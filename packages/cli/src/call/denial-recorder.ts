/** Remembers what the last refusal said: the SDK keeps of a challenge what it follows by itself. */
export interface DenialRecorder {
  readonly fetch: typeof fetch
  /** What the host said to the last call that it refused for its scopes or its sign-in, for the user. */
  sentence(): string | undefined
  /** What the last such challenge asks of the next sign-in (RFC 9470 section 4), once: parameters of an authorization request. */
  takeDemand(): Readonly<Record<string, string>>
}

const most = 65_536

/** A `fetch` that looks at refusals of calls on their way. */
export function createDenialRecorder(): DenialRecorder {
  let sentence: string | undefined
  let demand: Readonly<Record<string, string>> = {}
  return {
    async fetch(...request) {
      const response = await fetch(...request)
      const challenge = response.headers.get('WWW-Authenticate') ?? ''
      const stale = response.status === 401 && challenge.includes('error="insufficient_user_authentication"')
      if (response.status !== 403 && !stale) return response
      if (stale) demand = demandIn(challenge)
      const text = await response.text()
      sentence = sentenceIn(text.slice(0, most))
      return new Response(text, response)
    },
    sentence: () => sentence,
    takeDemand() {
      const taken = demand
      demand = {}
      return taken
    },
  }
}

/** `max_age` and `acr_values` of a challenge. */
function demandIn(challenge: string): Readonly<Record<string, string>> {
  const found = [...challenge.matchAll(/\b(max_age|acr_values)="([^"]+)"/g)]
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]))
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
