import type {
  AskingContext,
  Annotations,
  AuthorizeContext,
  Complete,
  CompletionContext,
  Logger,
  ToolAnnotations,
  ToolContext,
} from '@toolgate/plugin'
import type { ShadowRule, ToolPolicy } from '@toolgate/policy'
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

/** What clients are told of a resource (MCP specification, server/resources, Resource). Frozen whole. */
export interface ResourceListing {
  readonly uri: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly mimeType?: string
  readonly size?: number
  readonly annotations?: Annotations
}

/** What clients are told of a resource template. Frozen whole. */
export type TemplateListing = Omit<ResourceListing, 'uri' | 'size'> & { readonly uriTemplate: string }

/** What clients are told of a prompt (MCP specification, server/prompts, Prompt). Frozen whole. */
export interface PromptListing {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly arguments?: readonly {
    readonly name: string
    readonly title?: string
    readonly description?: string
    readonly required?: boolean
  }[]
}

/** What can be judged: everything of the catalogue has this. */
interface Judgeable {
  /** The key that it is judged by: a tool's name, `resource <uri>`, `template <uriTemplate>`, `prompt <name>`. */
  readonly name: string
  readonly plugin: string
  readonly policy: ToolPolicy
  /** What the operator proposes in the place of the policy; part of no generation. */
  readonly shadow?: ShadowRule
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number
  /** Writes to the host's log with the plugin's name. */
  readonly logger: Logger
  /**
   * Checks parsed JSON arguments: on a copy, defaults applied once, no coercion, own names only. `undefined` counts as
   * `{}`. The value of a good result is frozen whole. Never throws.
   */
  validateArguments(args: unknown): ValidationResult
  /** The author's second look at a call that the policy allows; absent where there is none. The plugin's own code. */
  readonly authorize?: (args: unknown, context: AuthorizeContext) => unknown
}

/** A tool that is ready to be judged and called. */
export interface CatalogueTool extends Judgeable {
  readonly kind: 'tool'
  readonly listing: ToolListing
  /** Whether a call may become a task, or has to; absent where it never does. */
  readonly task?: 'optional' | 'required' | undefined
  /** The plugin's own code, which runs before the handler and before there is a task. */
  readonly prepare?: ((args: unknown, context: ToolContext) => unknown) | undefined
  /** Pages that its handler may send people to; absent where there are none. */
  readonly elicitUrls?: readonly string[] | undefined
  /** Checks a JSON result; absent where the tool declares no output schema. The value is a frozen copy. Never throws. */
  readonly validateOutput?: (value: unknown) => ValidationResult
  /** The plugin's own code. */
  handler(args: unknown, context: ToolContext): unknown
}

interface CatalogueItem extends Judgeable {
  /** Names of its variables or arguments, in their order. */
  readonly parameters: readonly string[]
  /** The plugin's own code, by parameter. */
  readonly completers: ReadonlyMap<string, Complete>
  /** As `validateArguments`, of what is known so far: everything may be missing. */
  validatePart(args: unknown): ValidationResult
  /** The plugin's own code: reads, or gets the prompt. */
  handler(args: unknown, context: AskingContext): unknown
}

/** A resource that is ready to be judged and read. */
export interface CatalogueResource extends CatalogueItem {
  readonly kind: 'resource'
  readonly listing: ResourceListing
}

/** A resource template that is ready to be judged and read. */
export interface CatalogueTemplate extends CatalogueItem {
  readonly kind: 'template'
  readonly listing: TemplateListing
  /** The decoded variables of a URI of its shape, frozen; undefined for every other text. */
  readonly match: (uri: string) => Readonly<Record<string, string>> | undefined
  /** The one spelling of the URIs that have these variables. */
  readonly expand: (variables: Readonly<Record<string, string>>) => string
  /** The plugin's own code; absent where none of its resources is listed. */
  readonly list?: (context: CompletionContext) => unknown
}

/** A prompt that is ready to be judged and given. */
export interface CataloguePrompt extends CatalogueItem {
  readonly kind: 'prompt'
  readonly listing: PromptListing
}

/** What plugins offer beside tools. */
export type CatalogueThing = CatalogueResource | CatalogueTemplate | CataloguePrompt

/** What can be named, judged and run. */
export type CatalogueEntry = CatalogueTool | CatalogueThing

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
  /** By URI, in the order of URIs. */
  readonly resources: ReadonlyMap<string, CatalogueResource>
  /** By URI template, in the order of names: of those that match a URI the first one answers. */
  readonly templates: ReadonlyMap<string, CatalogueTemplate>
  /** By name, in the order of names. */
  readonly prompts: ReadonlyMap<string, CataloguePrompt>
  /** Everything, by the key that it is judged by. */
  readonly entries: ReadonlyMap<string, CatalogueEntry>
  readonly plugins: readonly CataloguePlugin[]
}
