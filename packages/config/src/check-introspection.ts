import type { IssuerOptions } from '@toolgate/auth'
import { fault, type ConfigFault } from './config-fault.ts'
import { pathTo } from './config-path.ts'

const secretSettings = ['clientSecret', 'privateKey'] as const

/**
 * Checks what issuers that introspect must not do together, or in the file: a token that is no JWT does not say whose it is, so at most
 * one is asked; and what stands in the file is redacted nowhere.
 */
export function checkIntrospection(
  servers: readonly (IssuerOptions | undefined)[],
  secrets: readonly string[],
): readonly ConfigFault[] {
  const first = servers.findIndex((server) => server?.introspection !== undefined)
  return servers.flatMap((server, index) => {
    const introspection = server?.introspection
    if (introspection === undefined) return []
    const at = pathTo(pathTo('authorizationServers', index), 'introspection')
    const mend = 'Keep it at one issuer: a token that is no JWT does not say whose it is.'
    const second = index > first ? [fault('duplicate_issuer', at, 'stands at a second issuer', mend)] : []
    const written = secretSettings
      .filter((name) => introspection[name] !== undefined && !secrets.includes(introspection[name]))
      .map((name) =>
        fault(
          'bad_issuer',
          pathTo(at, name),
          'is written down in the file',
          "Take it from the environment: env('...').",
        ),
      )
    return [...second, ...written]
  })
}
