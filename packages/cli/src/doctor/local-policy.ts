import { relative } from 'node:path'
import type { ResolvedConfig } from '@toolgate/config'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { loadConfiguration } from '../load-configuration.ts'
import type { LocalPolicy } from './observation.ts'

/** A configuration to hold the host against, or why there is none. */
export interface LocalPolicyFound {
  readonly local: LocalPolicy | undefined
  /** Why the configuration of this folder was left aside; undefined if there is none or it was taken. */
  readonly aside: string | undefined
}

/**
 * The configuration of the host, loaded and judged as `check` does. One that is named, or that the URL comes from, must do;
 * another that happens to be in the folder is taken if it is about this host.
 *
 * @param url undefined to take the URL from the configuration
 * @throws whatever loading the configuration or its plugins throws
 */
export async function findLocalPolicy(
  context: CommandContext,
  options: GlobalOptions,
  url: string | undefined,
): Promise<LocalPolicyFound> {
  if (options.config !== undefined || url === undefined) {
    return { local: await judge(context, await loadConfiguration(context, options)), aside: undefined }
  }
  try {
    const config = await loadConfiguration(context, options)
    if (withoutSlash(config.resource) !== withoutSlash(url)) {
      return { local: undefined, aside: `the configuration of this folder is about ${config.resource}` }
    }
    return { local: await judge(context, config), aside: undefined }
  } catch (error) {
    if (isMissing(error)) return { local: undefined, aside: undefined }
    const reason = error instanceof Error ? error.message : String(error)
    return { local: undefined, aside: `the configuration of this folder cannot be used: ${reason}` }
  }
}

async function judge({ folder }: CommandContext, config: ResolvedConfig): Promise<LocalPolicy> {
  const { inspectPolicy, overridePath, summarizeTools } = await import('@toolgate/core')
  const { policy } = await inspectPolicy(config)
  return {
    file: config.file === undefined ? '' : relative(folder, config.file),
    resource: config.resource,
    issuers: config.authorizationServers,
    embedded: config.authority !== undefined,
    tools: summarizeTools(policy).map((tool) => ({ ...tool, setting: overridePath(tool.tool) })),
    initialScopes: policy.initialScopes,
    advertisedScopes: policy.advertisedScopes,
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '')
}

function isMissing(error: unknown): boolean {
  const faults: unknown = error instanceof Error ? Reflect.get(error, 'faults') : undefined
  return Array.isArray(faults) && faults.some((each: unknown) => codeOf(each) === 'not_found')
}

function codeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, 'code') : undefined
}
