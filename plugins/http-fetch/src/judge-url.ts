import { ToolError } from '@toolgate/plugin'
import type { HostRules } from './host-rules.ts'

/** What the operator allows to be asked. */
export interface UrlRules {
  readonly hosts: HostRules
  readonly allowHttp: boolean
  readonly ports: readonly number[]
  readonly privateAddresses: boolean
}

/**
 * Parses a URL, of a call or of a redirect.
 *
 * Does NOT check: the addresses that the host has.
 *
 * @param base - the URL of the page that redirects, if one does
 * @throws ToolError if its scheme, host or port is not allowed, or if it holds a user name or password
 */
export function judgeUrl(text: string, rules: UrlRules, base?: URL): URL {
  const where = base ? 'The redirect' : 'The URL'
  if (!URL.canParse(text, base?.href)) throw new ToolError(`${where} is not a URL.`)
  const url = new URL(text, base)
  const schemes = rules.allowHttp ? ['https:', 'http:'] : ['https:']
  if (!schemes.includes(url.protocol)) {
    throw new ToolError(`${where} has the scheme ${url.protocol} where only ${schemes.join(' and ')} is allowed.`)
  }
  if (url.username !== '' || url.password !== '') throw new ToolError(`${where} holds a user name or password.`)
  if (!rules.hosts.allow(url.hostname)) {
    throw new ToolError(`${where} leads to the host ${url.hostname}, which is not allowed here.`)
  }
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (!rules.ports.includes(port)) throw new ToolError(`${where} names the port ${port}, which is not allowed here.`)
  url.hash = ''
  return url
}
