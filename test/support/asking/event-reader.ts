import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'

/** One event of a stream. */
export interface WireEvent {
  readonly id: string | undefined
  readonly retry: number | undefined
  readonly data: string
}

/** An answer that is read as it comes. */
export interface EventReader {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The next event; undefined if the connection has ended. */
  next(): Promise<WireEvent | undefined>
  /** The next JSON-RPC message: what has no data is passed over. */
  message(): Promise<Record<string, unknown>>
  /** Everything until the connection ends. */
  rest(): Promise<readonly WireEvent[]>
  /** Goes away. */
  close(): void
}

/** What is sent. */
export interface EventRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends a request and reads its answer as a stream of events, as it comes. */
export async function readEvents(url: string, { method = 'POST', headers, body }: EventRequest): Promise<EventReader> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false })
    outgoing.on('response', resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
  const events = parse(response)
  const next = async () => {
    const { value } = (await events.next()) as { readonly value: WireEvent | undefined }
    return value
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next,
    async message() {
      for (;;) {
        const event = await next()
        if (event === undefined) throw new Error('the stream has ended')
        if (event.data !== '') return JSON.parse(event.data) as Record<string, unknown>
      }
    },
    async rest() {
      const all: WireEvent[] = []
      for (let event = await next(); event !== undefined; event = await next()) all.push(event)
      return all
    },
    close: () => response.destroy(),
  }
}

async function* parse(response: IncomingMessage): AsyncGenerator<WireEvent, undefined> {
  let text = ''
  response.setEncoding('utf8')
  try {
    for await (const chunk of response) {
      text += String(chunk)
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n')
        text = text.slice(end + 2)
        const field = (name: string) =>
          lines
            .find((line) => line.startsWith(`${name}:`))
            ?.slice(name.length + 1)
            .trim()
        const retry = field('retry')
        const [id, data] = [field('id'), field('data')]
        if (id === undefined && data === undefined && retry === undefined) continue
        yield { id, data: data ?? '', retry: retry === undefined ? undefined : Number(retry) }
      }
    }
  } catch (error) {
    // Our own going away.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET' && !response.destroyed) throw error
  }
  return undefined
}
