import { ServerResponse, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http'

/** Whether a server is about to end. */
export interface Ending {
  ending: boolean
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * The answers of a server that, once it is about to end, tell their clients that the connection ends with them (RFC 9112 section 9.6):
 * those of requests that are under way as well, since it is told with the head.
 */
export function endingResponse(server: Ending): typeof ServerResponse {
  return class<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
      if (server.ending) this.shouldKeepAlive = false
      return typeof reason === 'string' ? super.writeHead(status, reason, headers) : super.writeHead(status, reason)
    }
  }
}
