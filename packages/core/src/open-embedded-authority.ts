import type { Audit } from '@toolgate/audit'
import type { Authority } from '@toolgate/authority'
import type { ResolvedConfig } from '@toolgate/config'
import type { Policy } from '@toolgate/policy'
import type { Logger } from 'pino'
import { toAuditEvent } from './authority-audit.ts'
import { toPluginLogger } from './logger.ts'

/** Opens the embedded authorization server if the configuration asks for it, with the scopes of the policy in force. */
export async function openEmbeddedAuthority(
  config: ResolvedConfig,
  policy: Policy,
  audit: Audit,
  logger: Logger,
): Promise<Authority | undefined> {
  if (config.authority === undefined) return undefined
  const scopes = policy.grantableScopes.map((grantable) => ({
    ...grantable,
    ...describe(config.scopes[grantable.scope]?.description),
  }))
  // With an external issuer none of it is even loaded.
  const { openAuthority } = await import('@toolgate/authority')
  return openAuthority({
    resource: config.resource,
    dataFolder: config.dataFolder,
    scopes: () => scopes,
    initialScopes: () => policy.initialScopes,
    accessTokenSeconds: config.authority.accessTokenSeconds,
    dpop: { ...config.dpop, mode: config.authority.dpop },
    hostName: config.title,
    logger: toPluginLogger(logger),
    onEvent: (event) => {
      audit.event(toAuditEvent(event))
    },
  })
}

function describe(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description }
}
