import type { ResolvedConfig } from '@toolgate/config'
import type { UserStore } from '@toolgate/authority'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { CliError } from './errors.ts'
import { loadConfiguration } from './load-configuration.ts'

/** A configuration with an embedded authorization server. */
export type AuthorityConfig = ResolvedConfig & { readonly authority: NonNullable<ResolvedConfig['authority']> }

/**
 * Loads a configuration whose users are this host's own.
 *
 * @throws CliError `fault` if they are another authorization server's
 */
export async function loadAuthorityConfiguration(
  context: CommandContext,
  options: GlobalOptions,
): Promise<AuthorityConfig> {
  const config = await loadConfiguration(context, options)
  if (hasAuthority(config)) return config
  const issuers = config.authorizationServers.map(({ issuer }) => issuer).join(', ')
  throw new CliError(
    'fault',
    `this host has no users of its own: sign-in is by ${issuers}`,
    'Manage users there, or set authority in the configuration.',
  )
}

/** Does something with the users of a host; it may run meanwhile, and acts on changes at its next call. */
export async function withUsers<T>(
  context: CommandContext,
  options: GlobalOptions,
  work: (users: UserStore, config: AuthorityConfig) => T,
): Promise<T> {
  const config = await loadAuthorityConfiguration(context, options)
  const { openUserStore } = await import('@toolgate/authority')
  const users = openUserStore(config.dataFolder)
  try {
    return work(users, config)
  } finally {
    users.close()
  }
}

function hasAuthority(config: ResolvedConfig): config is AuthorityConfig {
  return config.authority !== undefined
}
