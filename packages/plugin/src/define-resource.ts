import type { Resource } from './resource.ts'

/**
 * Defines a resource: something to read, at one URI. Nothing is checked here: the host's loader checks every resource of a
 * plugin and names each fault.
 *
 * @returns the same definition, frozen
 */
export function defineResource(definition: Resource): Resource {
  return Object.freeze(definition)
}
