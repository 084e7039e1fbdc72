import type { CommandContext, GlobalOptions } from './command-context.ts'
import { loadAuthorityConfiguration } from './with-users.ts'
import { silentLogger } from './silent-logger.ts'

/** What a token for a script is made for. */
export interface TokenRequest {
  readonly user: string
  readonly scopes: readonly string[]
  readonly ttlSeconds: number
}

/** Makes an access token; a running host audits it and takes it at once. */
export async function makeToken(
  context: CommandContext,
  options: GlobalOptions,
  request: TokenRequest,
): Promise<string> {
  const config = await loadAuthorityConfiguration(context, options)
  const { inspectTools } = await import('@toolgate/core')
  const { openAuthority } = await import('@toolgate/authority')
  const { tools } = await inspectTools(config)
  const known = new Set(
    tools.flatMap((tool) => [...tool.alternatives.flat(), ...tool.conditionalScopes, ...(tool.mayRequire ?? [])]),
  )
  const scopes = [...known].map((scope) => ({ scope, tools: [], concealed: true }))
  const authority = await openAuthority({
    resource: config.resource,
    dataFolder: config.dataFolder,
    scopes: () => scopes,
    initialScopes: () => [],
    accessTokenSeconds: config.authority.accessTokenSeconds,
    dpop: { ...config.dpop, mode: config.authority.dpop },
    hostName: config.title,
    logger: silentLogger,
  })
  try {
    return await authority.makeToken(request)
  } finally {
    await authority.close()
  }
}
