import type { JsonSchema } from './json.ts'

/**
 * The scopes that a caller needs for a tool.
 *
 * - `['a', 'b']`: all of these.
 * - `{ anyOf: [['a'], ['b', 'c']] }`: one of the alternatives, each all-of.
 * - `'authenticated'`: any caller with a valid token. It must be said; there is no default.
 */
export type ScopeRequirement = readonly string[] | { readonly anyOf: readonly (readonly string[])[] } | 'authenticated'

/** Further scopes that a call needs if its arguments match a JSON Schema. It only ever asks for more. */
export interface ConditionalScopes {
  readonly arguments: JsonSchema
  readonly scopes: readonly string[]
}
