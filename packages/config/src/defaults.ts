import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { signatureAlgorithms, type DpopSettings, type IssuerSettings } from '@toolgate/auth'
import type { GrantRule } from '@toolgate/policy'
import type { CompleteConfig } from './complete-config.ts'
import type { CheckedListener } from './listener.ts'
import type { ResolvedConfig } from './resolved-config.ts'
import type { Environment } from './resolve-environment.ts'
import { mostWorkers } from './workers-schema.ts'

/** Where a config stands. */
export interface ConfigPlace {
  /** Absolute path of the file it came from, if any. */
  readonly file?: string | undefined
  /** Folder that relative paths start at. */
  readonly folder: string
  /** `PORT`, `TOOLGATE_DATA` and whatever `env(...)` names. */
  readonly environment: Environment
}

/** What the schema says of each key, for a config without the section: it may not stand there in vain. */
const defaultDpop: DpopSettings = { algorithms: signatureAlgorithms, proofAgeSeconds: 60, nonce: false }

/** Puts in their places what follows from the environment and from other keys. */
export function applyDefaults(
  config: CompleteConfig,
  { listen, resource }: CheckedListener,
  { issuers, grants }: { readonly issuers: readonly IssuerSettings[]; readonly grants: readonly GrantRule[] },
  place: ConfigPlace,
): ResolvedConfig {
  const { file, folder } = place
  const { name, title, allowedOrigins, allowedHosts, visibility, limits, tools, tokenCache, legacyMetadataCopy } =
    config
  const { plugins, audit, accessTool, shadow, stdio } = config
  const auditFile = auditFileOf(config, place)
  return {
    file,
    resource,
    listen,
    workers: config.workers === 'auto' ? Math.min(availableParallelism(), mostWorkers) : config.workers,
    name,
    title,
    version: config.version ?? ownVersion(),
    instructions: config.instructions,
    authorizationServers: issuers,
    authority: config.authority,
    dpop: config.dpop ?? defaultDpop,
    allowedOrigins,
    allowedHosts,
    scopes: scopeSettings(config),
    grants,
    initialScopes: config.initialScopes,
    visibility,
    limits,
    plugins: { ...plugins, folder: resolve(folder, plugins.folder) },
    locked: config.locked,
    tools,
    resources: config.resources,
    resourceTemplates: config.resourceTemplates,
    prompts: config.prompts,
    sessions: config.sessions,
    accessTool,
    shadow,
    audit: { ...audit, file: auditFile },
    stdio: {
      ...stdio,
      audit: stdio.audit === undefined ? join(dirname(auditFile), 'audit-stdio.ndjson') : resolve(folder, stdio.audit),
    },
    tokenCache,
    dataFolder: dataFolderOf(place),
    legacyMetadataCopy,
  }
}

/** The absolute path of the host's audit. */
export function auditFileOf({ audit }: CompleteConfig, place: ConfigPlace): string {
  return audit.file === undefined ? join(dataFolderOf(place), 'audit.ndjson') : resolve(place.folder, audit.file)
}

function dataFolderOf({ folder, environment }: ConfigPlace): string {
  return resolve(folder, environment['TOOLGATE_DATA'] || '.toolgate')
}

function scopeSettings({ scopes }: CompleteConfig): ResolvedConfig['scopes'] {
  const entries = Object.entries(scopes).map(([scope, { description, implies, requestable }]) => [
    scope,
    { description, implies, requestable },
  ])
  return Object.fromEntries(entries) as ResolvedConfig['scopes']
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
