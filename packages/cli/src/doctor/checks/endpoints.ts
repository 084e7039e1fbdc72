import { isLoopbackHost } from '@toolgate/auth'
import { fault, ok, warning, type Finding } from '../finding.ts'
import { stringsOf, type JsonObject } from '../json-object.ts'
import type { Observation } from '../observation.ts'

/** What a client needs of an authorization server: PKCE, two endpoints, and a way to become one of its clients. */
export function checkEndpoints({ issuers }: Observation): readonly Finding[] {
  return issuers.flatMap(({ issuer, metadata }) =>
    metadata === undefined
      ? []
      : [checkPkce(issuer, metadata), ...checkAddresses(issuer, metadata), checkRegistration(issuer, metadata)],
  )
}

function checkPkce(issuer: string, metadata: JsonObject): Finding {
  const methods = stringsOf(metadata, 'code_challenge_methods_supported')
  if (methods?.includes('S256') === true) return ok('pkce', `${issuer} offers PKCE with S256.`)
  const offered =
    methods === undefined ? 'does not say which PKCE methods it has' : `offers ${methods.join(' ') || 'none'}`
  const mend = 'Turn PKCE with S256 on, and let its metadata say so: MCP clients refuse to sign in without it.'
  return fault('pkce', `${issuer} ${offered}, and no S256.`, mend)
}

function checkAddresses(issuer: string, metadata: JsonObject): readonly Finding[] {
  const names = ['authorization_endpoint', 'token_endpoint']
  const bad = names.flatMap((name) => {
    const value: unknown = Object.hasOwn(metadata, name) ? metadata[name] : undefined
    if (typeof value !== 'string' || !URL.canParse(value)) return [`no ${name}`]
    const { protocol, hostname } = new URL(value)
    const sound =
      protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname) && issuer.startsWith('http:'))
    return sound ? [] : [`a ${name} that is not https`]
  })
  const types = stringsOf(metadata, 'response_types_supported')
  if (types !== undefined && !types.includes('code')) bad.push('no response type code')
  const mend = 'Use an authorization server that has the authorization code flow on.'
  if (bad.length > 0) return [fault('endpoints', `${issuer} has ${bad.join(', ')}.`, mend)]
  return [ok('endpoints', `${issuer} has an authorization and a token endpoint.`)]
}

function checkRegistration(issuer: string, metadata: JsonObject): Finding {
  const ways = [
    ...(metadata['client_id_metadata_document_supported'] === true ? ['client id metadata documents'] : []),
    ...(typeof metadata['registration_endpoint'] === 'string' ? ['dynamic registration'] : []),
  ]
  if (ways.length > 0) return ok('registration', `Clients register at ${issuer} by ${ways.join(' or ')}.`)
  const mend = 'Register each client there by hand and give its id to the client, or turn one of the two on.'
  return warning('registration', `${issuer} offers neither client id metadata documents nor registration.`, mend)
}
