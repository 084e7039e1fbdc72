import type { Logger, ToolAnnotations, ToolContext } from '@toolgate/plugin'
import type { ToolPolicy } from '@toolgate/policy'
import type { ValidationResult } from './schema/validator.ts'

/** What clients are told of a tool (MCP specification, server/tools, Tool). Frozen whole. */
export interface ToolListing {
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly outputSchema?: Readonly<Record<string, unknown>>
  readonly annotations?: ToolAnnotations
}

/** A tool that is ready to be judged and called. */
export interface CatalogueTool {
  readonly name: string
  readonly plugin: string
  readonly listing: ToolListing
  readonly policy: ToolPolicy
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number
  /** Writes to the host's log with the plugin's name. */
  readonly logger: Logger
  /**
   * Checks parsed JSON arguments: on a copy, defaults applied once, no coercion, own names only. `undefined` counts as
   * `{}`. The value of a good result is frozen whole. Never throws.
   */
  validateArguments(args: unknown): ValidationResult
  /** Checks a JSON result; absent where the tool declares no output schema. The value is a frozen copy. Never throws. */
  readonly validateOutput?: (value: unknown) => ValidationResult
  /** The plugin's own code. */
  handler(args: unknown, context: ToolContext): unknown
}

/** A plugin whose tools are in the catalogue. */
export interface CataloguePlugin {
  readonly name: string
  readonly description?: string
  /** Absolute path. */
  readonly folder: string
}

/** Everything that is loaded now. Frozen. */
export interface Catalogue {
  /** SHA-256 (hex) of all definitions with their requirements: another generation lists or asks for something else. */
  readonly generation: string
  /** By name, in the order of names. */
  readonly tools: ReadonlyMap<string, CatalogueTool>
  readonly plugins: readonly CataloguePlugin[]
}
