import { definePlugin, defineTool, ToolError } from '@toolgate/plugin'
import { outOfReach, sharedTools } from './tools.ts'

/** The shared tools as a plugin, and one that needs a scope which the caller of the comparison lacks. */
export const sharedPlugin = definePlugin({
  name: 'differential',
  tools: [
    ...sharedTools.map(({ name, description, inputSchema, outputSchema, run }) =>
      defineTool({
        name,
        description,
        scopes: 'authenticated',
        inputSchema,
        ...(outputSchema === undefined ? {} : { outputSchema }),
        annotations: { readOnlyHint: true },
        handler: async (args, { progress }) => {
          try {
            return await run(args as Readonly<Record<string, unknown>>, (step) => {
              progress(step)
            })
          } catch (error) {
            throw new ToolError(error instanceof Error ? error.message : String(error))
          }
        },
      }),
    ),
    defineTool({
      name: outOfReach,
      description: 'Needs a scope',
      scopes: ['diff:never'],
      annotations: { readOnlyHint: true },
      handler: () => 'reached',
    }),
  ],
})
