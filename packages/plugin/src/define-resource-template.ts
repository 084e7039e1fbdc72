import type { ResourceTemplate, VariablesOf } from './resource.ts'

/** A {@link ResourceTemplate} whose variables follow from its URI template. */
export type ResourceTemplateDefinition<Template extends string> = Omit<
  ResourceTemplate<VariablesOf<Template>>,
  'uriTemplate'
> & { readonly uriTemplate: Template }

/**
 * Defines resources of one shape (RFC 6570). The type of the variables is inferred from `uriTemplate`; nothing is checked here:
 * the host's loader checks every template of a plugin and names each fault.
 *
 * @returns the same definition, frozen; its reader keeps the inferred type, so that a test may call it
 */
export function defineResourceTemplate<const Template extends string>(
  definition: ResourceTemplateDefinition<Template>,
): ResourceTemplate<VariablesOf<Template>> {
  return Object.freeze(definition)
}
