import type { IncomingMessage, ServerResponse } from 'node:http'

import type { AttemptLimit } from './attempt-limit.ts'
import { addressKeyOf } from '@toolgate/auth'
import { resolveClientMetadata } from './client-metadata.ts'
import { mediaTypeOf, readBody } from './request-body.ts'

/** The limit of a registration's body in bytes. */
const MAX_BYTES = 32 * 1024

function refuse(res: ServerResponse, status: number, error: string, description: string): void {
  res.setHeader('content-type', 'application/json; charset=utf-8')
  res.setHeader('cache-control', 'no-store')
  res.statusCode = status
  res.end(JSON.stringify({ error, error_description: description }))
}

function parse(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * What stands in front of the provider's registration (RFC 7591): a limit per address, a limit of size, the rules for
 * redirect URIs, and the reduction of the metadata.
 *
 * @param register hands the provider the request with another body
 */
export function createRegistrationRoute(
  limit: AttemptLimit,
  addressOf: (req: IncomingMessage) => string,
  register: (req: IncomingMessage, res: ServerResponse, body: Buffer) => Promise<void>,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    const wait = limit.take(addressKeyOf(addressOf(req)))
    if (wait > 0) {
      res.setHeader('retry-after', String(wait))
      res.setHeader('connection', 'close')
      refuse(res, 429, 'temporarily_unavailable', 'too many registrations from this address')
      return
    }
    if (mediaTypeOf(req) !== 'application/json') {
      res.setHeader('connection', 'close')
      refuse(res, 400, 'invalid_client_metadata', 'the body must be application/json')
      return
    }
    const body = await readBody(req, MAX_BYTES)
    if (body === undefined) {
      res.setHeader('connection', 'close')
      refuse(res, 413, 'invalid_client_metadata', `the body must be at most ${String(MAX_BYTES)} bytes`)
      return
    }
    const metadata = parse(body)
    if (metadata === undefined) {
      refuse(res, 400, 'invalid_client_metadata', 'the body must be a JSON object')
      return
    }
    const resolved = resolveClientMetadata(metadata)
    if ('fault' in resolved) {
      refuse(res, 400, resolved.fault.error, resolved.fault.description)
      return
    }
    await register(req, res, Buffer.from(JSON.stringify(resolved.metadata)))
  }
}
