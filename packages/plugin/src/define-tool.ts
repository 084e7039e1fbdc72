import type { JSONSchema } from 'json-schema-to-ts'
import type { ArgumentsOf, AuthorizeContext, HandlerResult, Tool, ToolContext } from './tool.ts'

/** A {@link Tool} whose arguments follow from its input schema. */
export type ToolDefinition<Schema extends JSONSchema | undefined> = Omit<
  Tool,
  'inputSchema' | 'authorize' | 'prepare' | 'handler'
> & {
  readonly inputSchema?: Schema
  authorize?(args: ArgumentsOf<Schema>, context: AuthorizeContext): void | Promise<void>
  prepare?(args: ArgumentsOf<Schema>, context: ToolContext): unknown
  handler(args: ArgumentsOf<Schema>, context: ToolContext): HandlerResult | Promise<HandlerResult>
}

/**
 * Defines a tool. The type of `args` is inferred from `inputSchema`; nothing is checked here: the host's loader checks
 * every tool of a plugin and names each fault.
 *
 * @returns the same definition, frozen; its handler keeps the inferred argument type, so that a test may call it
 */
export function defineTool<const Schema extends JSONSchema | undefined = undefined>(
  definition: ToolDefinition<Schema>,
): Tool<ArgumentsOf<Schema>> {
  return Object.freeze(definition) as unknown as Tool<ArgumentsOf<Schema>>
}
