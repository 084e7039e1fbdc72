import { resolve } from 'node:path'
import type { ResolvedConfig } from '@toolgate/config'
import type { CommandContext, GlobalOptions } from './command-context.ts'

/** Loads the configuration that a command is about: `--config`, or the one in the folder it was typed in. */
export async function loadConfiguration(
  { folder, environment }: CommandContext,
  { config }: GlobalOptions,
): Promise<ResolvedConfig> {
  const { loadConfig } = await import('@toolgate/config')
  return loadConfig({ ...(config !== undefined && { file: resolve(folder, config) }), folder, environment })
}
