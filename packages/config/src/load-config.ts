import { dirname } from 'node:path'
import { readConfigFile } from './read-config-file.ts'
import { resolveConfig } from './resolve-config.ts'
import type { ResolvedConfig } from './resolved-config.ts'
import type { Environment } from './resolve-environment.ts'

/** Where to look for the config. */
export interface LoadOptions {
  /** A file of another name or place; from `folder`. */
  readonly file?: string | undefined
  /** The folder with `mcp.config.{ts,js,mjs,json,yaml}`. */
  readonly folder: string
  /** `process.env`: `PORT`, `TOOLGATE_DATA` and whatever `env(...)` names. */
  readonly environment: Environment
}

/**
 * Finds, reads and checks the config.
 *
 * @returns the frozen config, with every default in its place; relative paths start at the folder of the file
 * @throws ConfigError with every fault
 */
export async function loadConfig({ file: named, folder, environment }: LoadOptions): Promise<ResolvedConfig> {
  const { file, exported } = await readConfigFile(folder, named)
  return resolveConfig(exported, { file, folder: dirname(file), environment })
}
