import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the service was asked. */
export interface ServiceRequest {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** A local service that speaks Tavily's `POST /search`; `answer` is what it does next. */
export interface SearchService {
  readonly url: string
  readonly requests: ServiceRequest[]
  answer: (res: ServerResponse) => void
  close(): Promise<void>
}

/** Answers JSON, as the service does for results and for errors (`{"detail":{"error":"..."}}`). */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  (res: ServerResponse): void => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

/** Starts the service on loopback. */
export async function startSearchService(): Promise<SearchService> {
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      service.requests.push({ method: req.method, path: req.url, headers: req.headers, body })
      service.answer(res)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const service: SearchService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    answer: json(200, { results: [] }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return service
}
