import type { Config } from './config.ts'

/** Types the config; the default export of mcp.config.ts is what this returns. Nothing is checked before it is loaded. */
export function defineConfig(config: Config): Config {
  return config
}
