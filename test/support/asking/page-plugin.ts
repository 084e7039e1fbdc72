import { definePlugin, defineTool } from '@toolgate/plugin'

/** The page that people are sent to. */
export const page = 'https://tools.example/connect'

const common = { scopes: ['page:use'], annotations: { readOnlyHint: true } } as const
/** Callers who have been there. */
export const connected = new Set<string>()

/** Sends people to a page. */
export const pagePlugin = definePlugin({
  name: 'page',
  tools: [
    defineTool({
      ...common,
      name: 'page_open',
      description: 'Asks to open a page.',
      elicitUrls: [page],
      async handler(_args, { elicit, canAsk }) {
        const answer = await elicit({ message: 'Please connect.', url: page })
        if (answer.action === 'accept') answer.complete()
        return { action: answer.action, canAsk: canAsk.elicitUrl }
      },
    }),
    defineTool({
      ...common,
      name: 'page_required',
      description: 'Cannot go on before a page was visited.',
      elicitUrls: [page],
      async handler(_args, { elicit, principal }) {
        if (!connected.has(principal.subject)) {
          await elicit({ message: 'Please connect first.', url: page, required: true })
        }
        return 'connected'
      },
    }),
    defineTool({
      ...common,
      name: 'page_foreign',
      description: 'Asks to open a page that came with the request.',
      elicitUrls: [page],
      inputSchema: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
      handler: async ({ url }, { elicit }) => (await elicit({ message: 'Go there.', url })).action,
    }),
  ],
})
