import { definePlugin, defineTool } from '@toolgate/plugin'

/** A plugin whose tools need nothing in common with the other's. */
export default definePlugin({
  name: 'second',
  tools: [
    defineTool({
      name: 'second_read',
      description: 'Reads something else.',
      scopes: ['second:read'],
      annotations: { readOnlyHint: true },
      handler: () => 'second',
    }),
  ],
})
