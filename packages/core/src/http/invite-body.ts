import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Asks for the body where its client waits to be asked (`Expect: 100-continue`, RFC 9110 section 10.1.1). Whoever takes the body does;
 * Node would ask before anybody has looked at the request.
 */
export function inviteBody(request: IncomingMessage, response: ServerResponse): void {
  // Before HTTP/1.1 there is no interim answer, and a client would take it for the final one.
  if (request.headers.expect === undefined || request.httpVersion !== '1.1') return
  if (response.socket === null) {
    // Behind another answer on its connection: written now, it could get between the head and the bytes of its own.
    response.once('socket', () => {
      if (!response.headersSent) response.writeContinue()
    })
  } else response.writeContinue()
}
