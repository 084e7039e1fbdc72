import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { CliError } from '../errors.ts'
import { callbackPage } from './callback-page.ts'

/** The address that the browser comes back to after a sign-in (RFC 8252 section 7.3). */
export interface LoopbackCallback {
  readonly port: number
  readonly url: string
  /**
   * Waits for the answer to one request.
   *
   * @param state what the request carried; answers without it are turned away
   * @throws CliError `fault` when nothing came in time
   */
  wait(state: string, milliseconds: number): Promise<URLSearchParams>
  close(): void
}

/**
 * Listens on 127.0.0.1 for the answer of an authorization server.
 *
 * @param preferredPort the port that the client is registered with; another one is taken if it is not free
 */
export async function openLoopbackCallback(preferredPort = 0): Promise<LoopbackCallback> {
  let expected: { readonly state: string; settle(params: URLSearchParams): void } | undefined
  const server = createServer((request, response) => {
    const params = answerIn(request)
    if (params === undefined || expected === undefined || params.get('state') !== expected.state) {
      answerWith(response, 404, 'Nothing here', 'This address takes the answer to one sign-in only.')
      return
    }
    const refused = params.has('error')
    if (refused) answerWith(response, 200, 'Not signed in', 'Nothing was allowed. You can close this page.')
    else answerWith(response, 200, 'Signed in', 'Close this page and go back to the terminal: the call goes on there.')
    expected.settle(params)
    expected = undefined
  })
  const port = await listen(server, preferredPort)
  server.unref()
  return {
    port,
    url: `http://127.0.0.1:${String(port)}/callback`,
    wait(state, milliseconds) {
      const { promise, resolve, reject } = Promise.withResolvers<URLSearchParams>()
      const timer = setTimeout(() => {
        const waited = String(Math.round(milliseconds / 1000))
        reject(
          new CliError(
            'fault',
            `nobody signed in within ${waited} seconds`,
            'Run the command again, or give it --token.',
          ),
        )
      }, milliseconds)
      expected = { state, settle: resolve }
      return promise.finally(() => {
        clearTimeout(timer)
      })
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function answerIn(request: IncomingMessage): URLSearchParams | undefined {
  const address = URL.parse(request.url ?? '', 'http://127.0.0.1')
  return request.method === 'GET' && address?.pathname === '/callback' ? address.searchParams : undefined
}

function answerWith(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    Connection: 'close',
  })
  response.end(callbackPage(title, text))
}

async function listen(server: Server, preferredPort: number): Promise<number> {
  for (const port of [preferredPort, 0]) {
    server.listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
      break
    } catch (error) {
      if (port === 0) throw error
    }
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the callback server has no port')
  return address.port
}
