import { ToolError } from '@toolgate/plugin'
import { parseContentType } from './content-type.ts'
import { decodeBody } from './decode-body.ts'
import { htmlText } from './html-text.ts'
import { judgeUrl, type UrlRules } from './judge-url.ts'
import { readBody } from './read-body.ts'
import { requestPage, type Answer } from './request-page.ts'
import { resolveAddresses, type LookUp } from './resolve-addresses.ts'

/** How far a fetch may go. */
export interface FetchLimits {
  readonly maxBytes: number
  readonly maxRedirects: number
  readonly timeoutMs: number
}

/** A page as text. */
export interface Page {
  /** Where it was found, after redirects. */
  readonly url: string
  readonly contentType: string
  readonly text: string
  /** Whether the body was longer than `maxBytes`. */
  readonly truncated: boolean
}

const redirects: readonly number[] = [301, 302, 303, 307, 308]

async function readPage(url: URL, answer: Answer, limits: FetchLimits, signal: AbortSignal): Promise<Page> {
  if (answer.status < 200 || answer.status > 299) {
    throw new ToolError(`The server ${url.host} answered with the status ${answer.status}.`)
  }
  if (answer.status === 204 || answer.status === 205) throw new ToolError(`The server ${url.host} answered nothing.`)
  const type = parseContentType(answer.header('content-type'))
  const { bytes, truncated } = await readBody(answer, limits.maxBytes)
  const text = decodeBody(bytes, type)
  return {
    url: url.href,
    contentType: type.essence,
    text: type.isHtml ? await htmlText(text, url, signal) : text,
    truncated,
  }
}

/**
 * Gets a page. Scheme, host, port and every address of the host are checked for the URL and again for each redirect, and
 * the connection goes to the checked addresses: what the name resolves to afterwards makes no difference.
 *
 * @throws ToolError if the URL or a redirect is not allowed, or if the answer is no text
 */
export async function fetchPage(
  text: string,
  options: { readonly rules: UrlRules; readonly limits: FetchLimits; readonly lookUp: LookUp },
  signal: AbortSignal,
): Promise<Page> {
  const { rules, limits, lookUp } = options
  let url = judgeUrl(text, rules)
  for (let hop = 0; hop <= limits.maxRedirects; hop++) {
    const { privateAddresses } = rules
    const addresses = await resolveAddresses(url.hostname, { lookUp, privateAddresses, signal })
    await using answer = await requestPage(url, addresses, signal)
    const location = redirects.includes(answer.status) ? answer.header('location') : undefined
    if (location === undefined) return await readPage(url, answer, limits, signal)
    url = judgeUrl(location, rules, url)
  }
  throw new ToolError(`The page redirects more than ${limits.maxRedirects} times.`)
}
