import type { WireAnswer } from '../wire.ts'

/** What of an answer is compared. */
export interface Outcome {
  readonly status: number
  /** Media type, `WWW-Authenticate` and `Allow`. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body as it was sent, or of a stream the data of its events. */
  readonly texts: readonly string[]
  /** Each of these as JSON, or as it is. */
  readonly messages: readonly unknown[]
}

/** Takes an answer apart. */
export function outcomeOf({ status, headers, text }: WireAnswer): Outcome {
  const [type] = (headers['content-type'] ?? '').split(';')
  const streamed = type === 'text/event-stream'
  const texts = streamed ? eventsOf(text) : text === '' ? [] : [text]
  return {
    status,
    headers: { type, challenge: headers['www-authenticate'], allow: headers.allow },
    texts,
    messages: texts.map(parsed),
  }
}

function eventsOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The last message, as a JSON-RPC answer. */
export function answerOf({ messages }: Outcome): {
  readonly id?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
  readonly result?: Readonly<Record<string, unknown>>
} {
  const last = messages.at(-1)
  return typeof last === 'object' && last !== null ? last : {}
}
