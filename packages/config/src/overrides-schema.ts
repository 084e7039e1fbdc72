import { thingSchema, toolSchema } from './tool-schema.ts'

const namePattern = { pattern: '^[A-Za-z0-9_.-]{1,128}$' }

/**
 * JSON Schemas of the sections of overrides: of tools, and of what plugins offer beside.
 *
 * @param maxCallMs the largest `timeoutMs`
 */
export function overridesSchema(
  maxCallMs: number,
): Readonly<Record<'tools' | 'resources' | 'resourceTemplates' | 'prompts', object>> {
  const section = (propertyNames: object, additionalProperties: object, description: string): object => ({
    type: 'object',
    propertyNames,
    additionalProperties,
    default: {},
    description,
  })
  const plain = thingSchema(maxCallMs, false)
  const conditional = thingSchema(maxCallMs, true)
  return {
    tools: section(
      namePattern,
      toolSchema(maxCallMs),
      'Overrides by tool name: each key stands in the place of what the author declared.',
    ),
    resources: section({ maxLength: 2_048 }, plain, 'Overrides by the URI of a resource, as those of tools.'),
    resourceTemplates: section(
      { maxLength: 1_000 },
      conditional,
      'Overrides by the URI template of resources, as those of tools; the arguments of `when` are its variables.',
    ),
    prompts: section(namePattern, conditional, 'Overrides by the name of a prompt, as those of tools.'),
  }
}
