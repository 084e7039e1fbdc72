import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'

import { isPublicAddress } from './public-address.ts'

/** What may be exchanged: for tests, and for nothing else. */
export interface GuardedFetchOptions {
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>
  readonly isAllowed?: (address: string) => boolean
  /** A certificate authority beside the system's. */
  readonly ca?: string
}

const MAX_BYTES = 64 * 1024
const TIMEOUT_MS = 5_000

function resolveBySystem(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses)
      else reject(error)
    })
  })
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new TypeError('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(response.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return headers
}

/**
 * A `fetch` for addresses that strangers name (client id metadata documents, their key sets): GET over https alone, to
 * public addresses alone, checked at the moment of connecting so that a name cannot change between; redirects are
 * answers, not followed; 64 KiB and 5 s at most; no cookies, no proxy, no connection kept.
 */
export function createGuardedFetch(options: GuardedFetchOptions = {}): typeof fetch {
  const { resolve = resolveBySystem, isAllowed = isPublicAddress, ca } = options

  const lookup: LookupFunction = (hostname, lookupOptions, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const refused = addresses.find(({ address }) => !isAllowed(address))
        const [first] = addresses
        if (first === undefined || refused !== undefined) {
          callback(new TypeError('the host is not on the public internet'), '', 0)
        } else if (lookupOptions.all === true) {
          callback(null, [...addresses])
        } else {
          callback(null, first.address, first.family)
        }
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new TypeError('the host has no address'), '', 0)
      },
    )
  }

  return async (input, init) => {
    const { url: target, method, headers, signal } = new Request(input, init)
    const url = new URL(target)
    const literal = url.hostname.replace(/^\[|\]$/g, '')
    if (url.protocol !== 'https:' || method !== 'GET') throw new TypeError('only GET over https is allowed')
    if (isIP(literal) !== 0 && !isAllowed(literal)) throw new TypeError('the host is not on the public internet')
    const response = await new Promise<IncomingMessage>((settle, reject) => {
      request(url, {
        agent: false,
        lookup,
        headers: { ...Object.fromEntries(headers), 'accept-encoding': 'identity' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        ...(ca === undefined ? {} : { ca }),
      })
        .on('response', settle)
        .on('error', reject)
        .end()
    })
    try {
      const body = await readBody(response)
      const status = response.statusCode ?? 502
      return new Response(status === 204 || status === 304 ? null : body, { status, headers: headersOf(response) })
    } finally {
      response.destroy()
    }
  }
}
