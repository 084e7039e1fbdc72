import { protectedResourceMetadataUrl } from '@toolgate/auth'
import { fault, ok, warning, type Finding } from '../finding.ts'
import type { Observation } from '../observation.ts'
import { parseChallenges, type Challenge } from '../parse-challenges.ts'
import type { Answer } from '../probe.ts'

const check = 'challenge'

/** The 401 that a client without a token gets (RFC 6750 section 3, RFC 9728 section 5.1). */
export function checkChallenge(seen: Observation): readonly Finding[] {
  const { unauthorized: answer, url } = seen
  if ('problem' in answer) {
    return [
      fault(
        'host',
        `${url} cannot be reached: ${answer.problem}.`,
        'Start the host, and look at name, port, proxy and certificate.',
      ),
    ]
  }
  const { status, headers } = answer
  if (status !== 401) return [strangeStatus(url, answer)]
  const header = headers.get('www-authenticate')
  const mend = 'Let the proxy pass the header on: a client finds the way to sign in by it alone.'
  if (header === null) return [fault(check, `The 401 of ${url} has no WWW-Authenticate.`, mend)]
  const bearer = parseChallenges(header)?.find(({ scheme }) => scheme === 'bearer')
  if (bearer === undefined) return [fault(check, `WWW-Authenticate holds no Bearer challenge: ${header}`, mend)]
  return [...checkPointer(seen, bearer), ...checkAskedScopes(seen, bearer), ...checkError(bearer)]
}

function strangeStatus(url: string, { status, headers, body }: Answer): Finding {
  const words = new TextDecoder().decode(body.subarray(0, 200))
  if (status >= 300 && status < 400) {
    const mend =
      'Give clients the address that answers itself: a redirect loses the token, and the resource is another.'
    return fault('host', `${url} redirects to ${headers.get('location') ?? 'nowhere'}.`, mend)
  }
  if (status === 403) {
    const mend = 'Use the URL that the host is configured with (resource), or add this authority to allowedHosts.'
    return fault('host', `${url} answers 403: ${words}`, mend)
  }
  const mend = 'Ask the MCP URL itself, its path included; without a token nothing but a 401 is right there.'
  return fault('host', `${url} answers ${String(status)} to a call without a token: ${words}`, mend)
}

function checkPointer({ url }: Observation, { parameters }: Challenge): readonly Finding[] {
  const pointer = parameters.get('resource_metadata')
  const expected = protectedResourceMetadataUrl(url)
  if (pointer === expected) return [ok(check, `401 with a Bearer challenge that points to ${pointer}.`)]
  const mend = `Set resource to ${url} in the configuration of the host, or use the URL that is set there.`
  if (pointer === undefined) {
    return [warning(check, 'The challenge has no resource_metadata: clients have to guess where it is.', mend)]
  }
  return [fault(check, `The challenge points to ${pointer}, and not to ${expected}.`, mend)]
}

function checkAskedScopes({ local, resourceMetadata }: Observation, { parameters }: Challenge): readonly Finding[] {
  const asked = (parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  const supported: unknown = resourceMetadata?.['scopes_supported']
  const unlisted = asked.filter((scope) => Array.isArray(supported) && !supported.includes(scope))
  const words = asked.join(' ') || 'no scope'
  if (unlisted.length > 0) {
    const mend = 'Let both come from one host: a proxy or a cache serves an old document.'
    return [warning('first scopes', `The 401 asks for ${unlisted.join(' ')}, which the metadata does not list.`, mend)]
  }
  if (local !== undefined && [...asked].sort().join(' ') !== [...local.initialScopes].sort().join(' ')) {
    const mend = 'Start the host again with this configuration.'
    const configured = local.initialScopes.join(' ') || 'no scope'
    return [warning('first scopes', `The 401 asks for ${words}; by the configuration it is ${configured}.`, mend)]
  }
  return [ok('first scopes', `The first sign-in asks for ${words}.`)]
}

function checkError({ parameters }: Challenge): readonly Finding[] {
  const error = parameters.get('error')
  if (error === undefined) return []
  const mend = 'Leave error out where no token was sent (RFC 6750 section 3.1): something in between adds one.'
  return [warning(check, `The challenge says error="${error}" though no token was sent.`, mend)]
}
