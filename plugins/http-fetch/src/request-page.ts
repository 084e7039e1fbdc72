import type { LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import type { Address } from './resolve-addresses.ts'

/** The head of an answer, and its body not yet read. */
export interface Answer extends AsyncDisposable {
  readonly status: number
  /** The one value of a header; undefined if it is missing or repeated. */
  header(name: string): string | undefined
  readonly body: Readable
}

/** A lookup that answers what was checked, whatever the name resolves to by now. */
function pinnedLookup(addresses: readonly [Address, ...Address[]]): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) callback(null, [...addresses])
    else callback(null, addresses[0].address, addresses[0].family)
  }
}

/**
 * Sends one GET over a connection of its own, to the given addresses alone. Redirects are not followed, no proxy is
 * used, and nothing of the caller is sent.
 */
export async function requestPage(
  url: URL,
  addresses: readonly [Address, ...Address[]],
  signal: AbortSignal,
): Promise<Answer> {
  // A hundred files, which no host has to load before somebody fetches something.
  const { Agent, request } = await import('undici')
  const agent = new Agent({ connect: { lookup: pinnedLookup(addresses) }, allowH2: false, pipelining: 0 })
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      signal,
      headers: {
        accept: 'text/html, application/xhtml+xml, application/json, text/*;q=0.9',
        'accept-encoding': 'gzip, br',
        'user-agent': 'toolgate-http-fetch',
      },
    })
    // The agent is destroyed with the body unread after a redirect; nobody waits for that error.
    body.on('error', () => undefined)
    return {
      status: statusCode,
      body,
      header(name) {
        const value = headers[name]
        return typeof value === 'string' ? value : undefined
      },
      [Symbol.asyncDispose]: () => agent.destroy(),
    }
  } catch (error) {
    await agent.destroy()
    throw error
  }
}
