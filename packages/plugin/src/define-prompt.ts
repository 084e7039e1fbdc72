import type { Prompt, PromptArgument, PromptArgumentsOf } from './prompt.ts'

/** A {@link Prompt} whose arguments follow from their declaration. */
export type PromptDefinition<Declared extends Readonly<Record<string, PromptArgument>>> = Omit<
  Prompt<PromptArgumentsOf<Declared>>,
  'arguments'
> & { readonly arguments?: Declared }

/**
 * Defines a prompt. The type of `args` is inferred from `arguments`; nothing is checked here: the host's loader checks every
 * prompt of a plugin and names each fault.
 *
 * @returns the same definition, frozen; its `get` keeps the inferred type, so that a test may call it
 */
export function definePrompt<const Declared extends Readonly<Record<string, PromptArgument>>>(
  definition: PromptDefinition<Declared>,
): Prompt<PromptArgumentsOf<Declared>> {
  return Object.freeze(definition)
}
