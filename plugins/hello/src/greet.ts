import { defineTool } from '@toolgate/plugin'

/** `hello_greet`: the smallest tool there is. */
export const greet = defineTool({
  name: 'hello_greet',
  description: 'Greets someone by name.',
  scopes: ['hello:read'],
  annotations: { readOnlyHint: true },
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'Whom to greet', minLength: 1, maxLength: 100 },
    },
    required: ['name'],
    additionalProperties: false,
  },
  handler: ({ name }) => `Hello, ${name}!`,
})
