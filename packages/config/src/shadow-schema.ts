/**
 * JSON Schema of `shadow`.
 *
 * @param line what may be proposed
 */
export function shadowSchema(line: Readonly<Record<string, object>>): object {
  const lines = (description: string, more: object = {}): object => ({
    type: 'object',
    ...more,
    additionalProperties: {
      type: 'object',
      minProperties: 1,
      additionalProperties: false,
      description: 'A proposed requirement: each key stands in the place of what counts now, at least one.',
      examples: [{ scopes: ['notes:admin'] }],
      properties: line,
    },
    default: {},
    description,
  })
  return {
    type: 'object',
    additionalProperties: false,
    default: {},
    description: 'Proposed requirements: evaluated for every call and written to the audit, never enforced.',
    properties: {
      tools: lines('By tool name.', { propertyNames: { pattern: '^[A-Za-z0-9_.-]{1,128}$' } }),
      plugins: lines("By plugin name, for all of its tools; a tool's own line goes before it."),
    },
  }
}
