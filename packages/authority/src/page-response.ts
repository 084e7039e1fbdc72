import type { ServerResponse } from 'node:http'

import { styleSource } from './pages/style.ts'
import { formActionSourceOf } from './redirect-uri.ts'

/**
 * The headers of every page: nothing loads, nothing frames it, forms go to this origin and, through the redirect that
 * answers them, to the client's redirect URI alone.
 */
export function pageHeaders(redirectUri?: string): Readonly<Record<string, string>> {
  const source = redirectUri === undefined ? undefined : formActionSourceOf(redirectUri)
  const policy = [
    "default-src 'none'",
    `style-src ${styleSource}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ["form-action 'self'", source].filter((part) => part !== undefined).join(' '),
  ]
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  }
}

/** Answers with a page. `redirectUri` is the client's, for forms whose answer leads there. */
export function sendPage(res: ServerResponse, status: number, html: string, redirectUri?: string): void {
  for (const [name, value] of Object.entries(pageHeaders(redirectUri))) res.setHeader(name, value)
  res.statusCode = status
  res.end(html)
}
