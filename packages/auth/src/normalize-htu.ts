const HTTP_URL = /^(https?):\/\/([^/]+)(?:\/[\x21\x24-\x3e\x40-\x5b\x5d-\x7e]*)?$/i
const LONGEST = 2_048
const ENCODED = /%[0-9a-f]{2}/gi
const UNRESERVED = /[A-Za-z0-9._~-]/

/**
 * The form of a proof's `htu` that is compared: without query and fragment, and normalized as RFC 3986 sections 6.2.2 and
 * 6.2.3 say (case of scheme and host, dot segments, default port, percent-encoded unreserved characters). What a URL parser would
 * mend beyond that is not mended (white space, backslashes, other ways to write an address): such a value has no form.
 *
 * RFC 9449 section 4.3 (9).
 *
 * @returns undefined for what is no http(s) URL, or holds credentials
 */
export function normalizeHtu(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined
  const [bare = ''] = value.split(/[?#]/, 1)
  const decoded = bare.replace(ENCODED, decodeUnreserved)
  const [, scheme, authority] = HTTP_URL.exec(decoded) ?? []
  const url = URL.parse(decoded)
  if (scheme === undefined || authority === undefined || url === null) return undefined
  const defaultPort = scheme.toLowerCase() === 'https' ? ':443' : ':80'
  const written = authority.toLowerCase()
  return written === url.host || written === `${url.host}${defaultPort}` ? url.href : undefined
}

function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
  return UNRESERVED.test(character) ? character : encoded.toUpperCase()
}
