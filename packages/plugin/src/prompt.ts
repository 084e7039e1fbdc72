import type { ConditionalScopes } from './scope-requirement.ts'
import type { AskingContext, Complete, ThingContext, ThingRule } from './thing.ts'
import type { ContentBlock } from './tool.ts'

/** One argument of a prompt. Its value is a text, as the protocol has it. */
export interface PromptArgument {
  readonly title?: string
  readonly description?: string
  readonly required?: boolean
  readonly complete?: Complete
}

/** One message of a prompt (MCP specification, server/prompts). */
export interface PromptMessage {
  readonly role: 'user' | 'assistant'
  readonly content: ContentBlock
}

/** What a prompt gives: a text (one message of the user), messages, or messages with a description. */
export type PromptResult =
  string | readonly PromptMessage[] | { readonly description?: string; readonly messages: readonly PromptMessage[] }

/** A prompt: messages that a person asks for by name. */
export interface Prompt<Arguments = Readonly<Record<string, string>>> extends ThingRule {
  /** Matches `^[A-Za-z0-9_.-]{1,128}$`; by convention `plugin_what`. Unique among the prompts of the host, case aside. */
  readonly name: string
  /** Further scopes for certain arguments. */
  readonly when?: readonly ConditionalScopes[]
  /** By name, in the order in which they are listed. */
  readonly arguments?: Readonly<Record<string, PromptArgument>>
  /** A second look, as a tool's `authorize`: it can only ask for more. */
  authorize?(args: Arguments, context: ThingContext): void | Promise<void>
  get(args: Arguments, context: AskingContext): PromptResult | Promise<PromptResult>
}

type RequiredNames<Declared> = {
  [Name in keyof Declared]: Declared[Name] extends { readonly required: true } ? Name : never
}[keyof Declared]

/** The arguments that a prompt's declaration admits. */
export type PromptArgumentsOf<Declared> =
  Declared extends Readonly<Record<string, PromptArgument>>
    ? { readonly [Name in RequiredNames<Declared>]: string } & {
        readonly [Name in Exclude<keyof Declared, RequiredNames<Declared>>]?: string
      }
    : Readonly<Record<string, never>>
