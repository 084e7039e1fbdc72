import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { IssuerSettings } from '@toolgate/auth'
import type { GrantRule } from '@toolgate/policy'
import type { CompleteConfig } from './complete-config.ts'
import type { CheckedListener } from './listener.ts'
import type { ResolvedConfig } from './resolved-config.ts'
import type { Environment } from './resolve-environment.ts'

/** Where a config stands. */
export interface ConfigPlace {
  /** Absolute path of the file it came from, if any. */
  readonly file?: string | undefined
  /** Folder that relative paths start at. */
  readonly folder: string
  /** `PORT`, `TOOLGATE_DATA` and whatever `env(...)` names. */
  readonly environment: Environment
}

/** Puts in their places what follows from the environment and from other keys. */
export function applyDefaults(
  config: CompleteConfig,
  { listen, resource }: CheckedListener,
  { issuers, grants }: { readonly issuers: readonly IssuerSettings[]; readonly grants: readonly GrantRule[] },
  { file, folder, environment }: ConfigPlace,
): ResolvedConfig {
  const { name, title, allowedOrigins, allowedHosts, visibility, limits, tools, tokenCache, legacyMetadataCopy } =
    config
  const { plugins, audit } = config
  const dataFolder = resolve(folder, environment['TOOLGATE_DATA'] || '.toolgate')
  return {
    file,
    resource,
    listen,
    name,
    title,
    version: config.version ?? ownVersion(),
    instructions: config.instructions,
    authorizationServers: issuers,
    authority: config.authority,
    allowedOrigins,
    allowedHosts,
    scopes: Object.fromEntries(
      Object.entries(config.scopes).map(([scope, { description, implies, requestable }]) => [
        scope,
        { description, implies, requestable },
      ]),
    ),
    grants,
    initialScopes: config.initialScopes,
    visibility,
    limits,
    plugins: { ...plugins, folder: resolve(folder, plugins.folder) },
    tools,
    audit: {
      ...audit,
      file: audit.file === undefined ? join(dataFolder, 'audit.ndjson') : resolve(folder, audit.file),
    },
    tokenCache,
    dataFolder,
    legacyMetadataCopy,
  }
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
