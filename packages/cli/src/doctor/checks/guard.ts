import { isLoopbackHost } from '@toolgate/auth'
import { fault, ok, warning, type Finding } from '../finding.ts'
import { isReached } from '../is-reached.ts'
import type { Observation } from '../observation.ts'

/** https, and what a page of another origin gets (MCP specification, basic/transports, security). */
export function checkGuard(seen: Observation): readonly Finding[] {
  return [...checkTransport(seen), ...checkOrigin(seen)]
}

/** An URL that begins with https says nothing of a host that nobody reached by it. */
function checkTransport(seen: Observation): readonly Finding[] {
  const { url } = seen
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && !isLoopbackHost(hostname)) {
    return [fault('https', `${url} is plain http: tokens can be read on the way.`, 'Put a proxy with TLS in front.')]
  }
  if (!isReached(seen)) return []
  return [ok('https', protocol === 'https:' ? 'Served by https.' : 'Plain http on loopback, where that is no risk.')]
}

function checkOrigin({ foreignOrigin }: Observation): readonly Finding[] {
  if ('problem' in foreignOrigin) return []
  const { status } = foreignOrigin
  if (status === 403) return [ok('origin', 'A web page of another origin gets 403.')]
  const words = `A request with Origin: https://elsewhere.example gets ${String(status)}, and not 403.`
  const mend = 'Let the proxy pass Origin on as it is: the host refuses what is not in allowedOrigins.'
  return [warning('origin', words, mend)]
}
