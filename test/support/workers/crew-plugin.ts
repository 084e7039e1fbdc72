import { definePlugin, defineResource, defineTool } from '@toolgate/plugin'
import { setTimeout as delay } from 'node:timers/promises'

const annotations = { readOnlyHint: true } as const
const scopes = ['crew:use']

/** A plugin that says which process it runs in. */
export const crewPlugin = definePlugin({
  name: 'crew',
  setup: ({ resourceUpdated }) => ({
    resources: [defineResource({ uri: 'crew://state', name: 'state', scopes, read: () => String(process.pid) })],
    tools: [
      defineTool({
        name: 'crew_pid',
        description: 'Says which process it runs in, after a while.',
        scopes,
        annotations,
        inputSchema: { type: 'object', properties: { ms: { type: 'integer', default: 0 } } },
        async handler({ ms }) {
          await delay(ms)
          return String(process.pid)
        },
      }),
      defineTool({
        name: 'crew_confirm',
        description: 'Asks for a yes that counts once.',
        scopes,
        annotations,
        inputSchema: { type: 'object' },
        async handler(_args, { elicit }) {
          const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] } as const
          const { action } = await elicit({ key: 'confirm', message: 'Sure?', schema, once: true })
          return `${action} in ${String(process.pid)}`
        },
      }),
      defineTool({
        name: 'crew_tell',
        description: 'Says that the state has changed.',
        scopes,
        annotations,
        inputSchema: { type: 'object' },
        handler() {
          resourceUpdated('crew://state')
          return String(process.pid)
        },
      }),
    ],
  }),
})
