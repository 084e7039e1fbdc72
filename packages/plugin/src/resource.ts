import type { ConditionalScopes } from './scope-requirement.ts'
import type { Annotations, AskingContext, Complete, CompletionContext, ThingContext, ThingRule } from './thing.ts'

/** One item of what was read (MCP specification, server/resources); the URI that was asked for if it names none. */
export type ResourceContents =
  | { readonly uri?: string; readonly mimeType?: string; readonly text: string }
  /** Base64. */
  | { readonly uri?: string; readonly mimeType?: string; readonly blob: string }

/**
 * What a reader returns: a text, bytes, or contents in the protocol's form. `undefined` says that there is no such resource,
 * and the caller cannot tell it from a URI that nothing answers to.
 */
export type ReadResult = string | Uint8Array | { readonly contents: readonly ResourceContents[] } | undefined

/** A resource with a URI of its own. */
export interface Resource extends ThingRule {
  /** Absolute (RFC 3986), at most 2,048 characters. Unique in the host; it is matched before every template. */
  readonly uri: string
  /** For programs and lists, 1 to 200 characters. */
  readonly name: string
  readonly mimeType?: string
  /** Bytes. */
  readonly size?: number
  readonly annotations?: Annotations
  /** A second look, as a tool's `authorize`: it can only ask for more. */
  authorize?(args: Readonly<Record<string, never>>, context: ThingContext): void | Promise<void>
  read(context: AskingContext): ReadResult | Promise<ReadResult>
}

/** One resource of a template, for `resources/list`. Its URI must be one that the template matches. */
export interface ListedResource {
  readonly uri: string
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly mimeType?: string
  readonly size?: number
  readonly annotations?: Annotations
}

/** Resources of one shape. */
export interface ResourceTemplate<Variables = Readonly<Record<string, string>>> extends ThingRule {
  /**
   * RFC 6570, as far as a URI can be matched against it in linear time: `{name}`, `{+name}`, `{/name}` and, at its end, `{?name,other}`.
   * Unique in the host.
   */
  readonly uriTemplate: string
  /** For programs and lists, 1 to 200 characters. Of templates that match one URI the first by name answers. */
  readonly name: string
  readonly mimeType?: string
  readonly annotations?: Annotations
  /** Further scopes for certain values of the variables, as a tool's for its arguments. */
  readonly when?: readonly ConditionalScopes[]
  /** Completion of variables, by name. */
  readonly complete?: Readonly<Record<string, Complete>>
  /** A second look, as a tool's `authorize`: it can only ask for more. */
  authorize?(variables: Variables, context: ThingContext): void | Promise<void>
  /** The resources of this shape that the caller is shown in `resources/list`. Left out, none is listed and all can be read. */
  list?(context: CompletionContext): readonly ListedResource[] | Promise<readonly ListedResource[]>
  /** The variables are percent-decoded: a value may hold any character, `/` too. */
  read(variables: Variables, context: AskingContext): ReadResult | Promise<ReadResult>
}

type Listed<Text extends string> = Text extends `${infer First},${infer Rest}` ? First | Listed<Rest> : Text
type Expressions<Template extends string> = Template extends `${string}{${infer Expression}}${infer Rest}`
  ? Expression | Expressions<Rest>
  : never
type Always<Expression extends string> = Expression extends `?${string}`
  ? never
  : Expression extends `${'+' | '/'}${infer Names}`
    ? Listed<Names>
    : Listed<Expression>
type Sometimes<Expression extends string> = Expression extends `?${infer Names}` ? Listed<Names> : never

/** The variables of a URI template; those of its query may be left out of a URI. */
export type VariablesOf<Template extends string> = string extends Template
  ? Readonly<Record<string, string>>
  : { readonly [Name in Always<Expressions<Template>>]: string } & {
      readonly [Name in Sometimes<Expressions<Template>>]?: string
    }
