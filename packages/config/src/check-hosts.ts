import { fault, type ConfigFault } from './config-fault.ts'
import { pathTo } from './config-path.ts'

const authority = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/

/** Checks origins (RFC 6454 section 6.2): scheme, host and port exactly as a browser sends them; no `*`, no `null`. */
export function checkOrigins(origins: readonly string[]): ConfigFault[] {
  return origins.flatMap((origin, index) => {
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    const web = url?.protocol === 'https:' || url?.protocol === 'http:'
    if (web && url.origin === origin) return []
    const mend = 'Write scheme, host and port alone, in lower case: https://app.example.com.'
    return [fault('bad_origin', pathTo('allowedOrigins', index), 'is not the origin of a web page', mend)]
  })
}

/** Checks values of `Host` (RFC 9110 section 7.2): a name or an address, with the port if clients send one. */
export function checkAllowedHosts(hosts: readonly string[]): ConfigFault[] {
  return hosts.flatMap((host, index) => {
    const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 1)
    if (authority.test(host) && port <= 65_535 && URL.canParse(`https://${host}`)) return []
    const mend = 'Write host and port alone, in lower case: tools.internal:8787.'
    return [fault('bad_host', pathTo('allowedHosts', index), 'is not a host with or without a port', mend)]
  })
}
