import type { IncomingMessage } from 'node:http'

const names = ['authorization', 'dpop']

/**
 * Takes token and proof out of a request once they were read: no later room can hand them on, and a stream that is open for hours
 * does not keep them in memory.
 */
export function dropCredentials(request: IncomingMessage): void {
  const { rawHeaders } = request
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (names.includes(rawHeaders[index]?.toLowerCase() ?? '')) rawHeaders[index + 1] = ''
  }
  // They are made of the raw ones when somebody asks for them, which may have been before.
  const { headers } = request
  for (const name of names) if (headers[name] !== undefined && headers[name] !== '') headers[name] = ''
}
