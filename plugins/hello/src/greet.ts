import { defineTool } from '@toolgate/plugin'

export const greet = defineTool({
  name: 'hello_greet',
  description: 'Greets someone by name.',
  scopes: ['hello:read'],
  annotations: { readOnlyHint: true },
  inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  handler: ({ name }) => `Hello, ${name}!`,
})
