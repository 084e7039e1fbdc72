import { definePlugin, defineResource, defineResourceTemplate, defineTool, ToolError } from '@toolgate/plugin'

/** Pages that an author lets nobody see any more. */
const closed = new Set<string>()

/** What the author's look at the page `gated` waits for, if a test says so. */
export const gate: { wait?: () => Promise<void> } = {}

const resources = [
  defineResource({ uri: 'news://front', name: 'front', scopes: 'authenticated', read: () => 'front' }),
  defineResource({ uri: 'news://staff', name: 'staff', scopes: ['news:staff'], read: () => 'staff' }),
  defineResource({ uri: 'news://secret', name: 'secret', scopes: ['news:secret'], read: () => 'secret' }),
]

const page = defineResourceTemplate({
  uriTemplate: 'news://page/{id}',
  name: 'page',
  scopes: ['news:read'],
  when: [{ arguments: { properties: { id: { const: 'staff' } }, required: ['id'] }, scopes: ['news:staff'] }],
  mayRequire: [],
  async authorize({ id }) {
    if (id === 'gated') await gate.wait?.()
    if (closed.has(id)) throw new ToolError('This page is closed.')
  },
  read: ({ id }) => id,
})

/** A plugin that tells of whatever a test wants it to. */
export const newsPlugin = definePlugin({
  name: 'news',
  setup: ({ resourceUpdated }) => ({
    resources,
    resourceTemplates: [page],
    tools: [
      defineTool({
        name: 'news_tell',
        description: 'Says that resources have changed.',
        scopes: 'authenticated',
        annotations: { readOnlyHint: true },
        inputSchema: {
          type: 'object',
          properties: { uris: { type: 'array', items: { type: 'string' } }, times: { type: 'integer', default: 1 } },
          required: ['uris'],
          additionalProperties: false,
        },
        handler({ uris, times }) {
          for (let time = 0; time < times; time++) for (const uri of uris) resourceUpdated(uri)
          return 'told'
        },
      }),
      defineTool({
        name: 'news_close',
        description: 'Closes a page to everybody, or opens it again.',
        scopes: 'authenticated',
        annotations: { readOnlyHint: true },
        inputSchema: {
          type: 'object',
          properties: { id: { type: 'string' }, open: { type: 'boolean', default: false } },
          required: ['id'],
          additionalProperties: false,
        },
        handler({ id, open }) {
          if (open) closed.delete(id)
          else closed.add(id)
          return 'done'
        },
      }),
    ],
  }),
})

/** What a configuration says of it. */
export const newsConfig = { resources: { 'news://secret': { visibility: 'concealed' } } }
