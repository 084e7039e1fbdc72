import type { IncomingMessage } from 'node:http'
import { rpcCode, rpcRefusal, type Refusal } from '../errors.ts'
import { headerLines } from '../http/header-lines.ts'

const json = 'application/json'
const eventStream = 'text/event-stream'

/**
 * Reads a JSON request body whole, counting bytes as they come.
 *
 * @param limit bytes
 * @param invite asks a client for it that waits to be asked
 * @throws Refusal 415 for another media type or a compressed body, 406 for an `Accept` that lacks one of the two media types
 * of the Streamable HTTP transport, 413 past the limit
 */
export function readBody(request: IncomingMessage, limit: number, invite: () => void): Buffer | Promise<Buffer> {
  requireMediaTypes(request)
  const { 'content-length': length } = request.headers
  if (Number(length ?? 0) > limit) throw tooLarge(limit)
  // Also where it has come: Node would end a connection whose client was never asked.
  invite()
  // What came with its head is there whole, and nothing has to be waited for.
  const whole = !request.destroyed && length !== undefined && request.readableLength === Number(length)
  return whole ? ((request.read() as Buffer | null) ?? nothing) : awaitBody(request, limit)
}

async function awaitBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Gone while its token was verified: none of the events below would ever come.
  if (request.destroyed) throw brokenOff()
  // Iterating would destroy the socket on an early exit, and with it the answer.
  await new Promise<void>((resolve, reject) => {
    const breakOff = () => {
      if (request.complete) return
      reject(brokenOff())
    }
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        request.pause()
        request.removeAllListeners('data')
        reject(tooLarge(limit))
      } else chunks.push(chunk)
    })
    request.on('end', resolve)
    request.on('error', breakOff)
    request.on('close', breakOff)
  })
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
}

const nothing = Buffer.alloc(0)

function requireMediaTypes(request: IncomingMessage): void {
  // Node keeps the first of several; whatever stands in front may have judged by the last.
  const types = headerLines(request, 'content-type')
  if (types.length > 1) throw unsupported('the Content-Type header is repeated')
  const { accept = '', 'content-encoding': encoding = 'identity' } = request.headers
  // As nearly every client writes them.
  if (types[0] === json && accept === `${json}, ${eventStream}` && encoding === 'identity') return
  const [type = '', ...parameters] = (types[0] ?? '').toLowerCase().split(';')
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='))
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
  if (type.trim() !== json || !utf8) throw unsupported('the body must be application/json in UTF-8')
  if (encoding.trim().toLowerCase() !== 'identity') throw unsupported('the body must not be compressed')
  const accepted = accept.split(',').map((item) => item.split(';')[0]?.trim().toLowerCase())
  if (!accepted.includes(json) || !accepted.includes(eventStream)) {
    throw rpcRefusal({
      status: 406,
      code: rpcCode.invalidRequest,
      message: 'the Accept header must name application/json and text/event-stream',
    })
  }
}

function brokenOff(): Refusal {
  return rpcRefusal({ status: 400, code: rpcCode.parseError, message: 'the request body broke off' })
}

function unsupported(message: string): Refusal {
  return rpcRefusal({ status: 415, code: rpcCode.invalidRequest, message })
}

function tooLarge(limit: number): Refusal {
  return rpcRefusal({
    status: 413,
    code: rpcCode.invalidRequest,
    message: `the request body is larger than ${String(limit)} bytes`,
  })
}
