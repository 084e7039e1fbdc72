import { IssuerSettingsError, resolveIssuerSettings, type IssuerOptions, type IssuerSettings } from '@toolgate/auth'
import type { ConfigOf } from './config.ts'
import { fault, type ConfigFault } from './config-fault.ts'
import { checkIntrospection } from './check-introspection.ts'
import { pathTo } from './config-path.ts'

/** The issuers whose tokens are good here, or what is wrong with them. */
export interface CheckedIssuers {
  readonly issuers: readonly IssuerSettings[]
  readonly faults: readonly ConfigFault[]
}

/**
 * Resolves the external issuers; their audience is the resource where they name no other. A gap is passed over. What is secret must be among
 * the values that came from the environment.
 */
export function checkIssuers(
  servers: readonly (IssuerOptions | undefined)[],
  resource: string,
  secrets: readonly string[],
): CheckedIssuers {
  const issuers: IssuerSettings[] = []
  const faults: ConfigFault[] = []
  for (const [index, options] of servers.entries()) {
    if (options === undefined) continue
    const at = pathTo('authorizationServers', index)
    try {
      issuers.push(resolveIssuerSettings(options, resource))
    } catch (error) {
      if (!(error instanceof IssuerSettingsError)) throw error
      for (const { setting, message } of error.faults) {
        faults.push(fault('bad_issuer', `${at}.${setting}`, message, mendOf(setting)))
      }
    }
    if (options.name !== undefined && servers.findIndex((other) => other?.name === options.name) < index) {
      faults.push(fault('duplicate_issuer', `${at}.name`, 'stands twice', 'Give each issuer a name of its own.'))
    }
    if (servers.findIndex((other) => other?.issuer === options.issuer) < index) {
      faults.push(fault('duplicate_issuer', `${at}.issuer`, 'stands twice', 'Keep one of the two.'))
    }
  }
  return { issuers, faults: [...faults, ...checkIntrospection(servers, secrets)] }
}

/**
 * Checks that there is exactly one kind of authority: without one every tool would be open, and the embedded server stands
 * beside no other issuer.
 */
export function checkAuthority(config: { readonly [Key in keyof ConfigOf<string>]?: unknown }): ConfigFault[] {
  const { authority, authorizationServers, legacyMetadataCopy } = config
  if (authority === undefined && authorizationServers === undefined) {
    const mend = 'Set authority: {} for the embedded authorization server, or authorizationServers: [{ issuer }].'
    return [fault('unprotected', 'authorizationServers', 'is missing: nothing would protect the tools', mend)]
  }
  const faults: ConfigFault[] = []
  if (authority !== undefined && authorizationServers !== undefined) {
    const mend = 'Keep one of authority and authorizationServers.'
    faults.push(fault('two_authorities', 'authority', 'stands beside authorizationServers', mend))
  }
  if (legacyMetadataCopy === true && !(Array.isArray(authorizationServers) && authorizationServers.length === 1)) {
    const mend = 'Leave it out, or name exactly one external issuer.'
    faults.push(fault('bad_value', 'legacyMetadataCopy', 'needs exactly one external issuer', mend))
  }
  return faults
}

const registered = 'Set it as the client for introspection is registered with the authorization server'
const mends: Readonly<Record<string, string>> = {
  'introspection.clientSecret': `${registered}: clientSecret: env('INTROSPECTION_SECRET') for a secret, or in its place privateKey: env('INTROSPECTION_KEY') for private_key_jwt.`,
  'introspection.privateKey': `${registered}: privateKey: env('INTROSPECTION_KEY') with a private key as a JWK or PEM for private_key_jwt, or in its place clientSecret: env('INTROSPECTION_SECRET').`,
}

function mendOf(setting: string): string {
  const mend = mends[setting]
  if (mend !== undefined) return mend
  return setting.startsWith('introspection.')
    ? `${registered}.`
    : "Take it from the authorization server's own metadata document."
}
