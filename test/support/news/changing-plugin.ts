import { definePlugin, definePrompt, defineResource, defineTool, type PluginOffers, type Tool } from '@toolgate/plugin'

const readOnly = { annotations: { readOnlyHint: true } } as const
const tool = (name: string, scopes: Tool['scopes'], description = 'Answers.') =>
  defineTool({ name, description, scopes, ...readOnly, handler: () => name })

/** Settles when a test says so. */
let release: (() => void) | undefined

/** What the plugin offers at first, and every name of a scope that it may ask for later. */
const first = [
  tool('changing_open', 'authenticated'),
  tool('changing_read', ['changing:read']),
  tool('changing_staff', ['changing:staff']),
  defineTool({
    name: 'changing_slow',
    description: 'Answers when it is told to.',
    scopes: 'authenticated',
    ...readOnly,
    handler: async ({ tell }: { readonly tell?: boolean }) => {
      if (tell === true) {
        release?.()
        return 'released'
      }
      await new Promise<void>((done) => (release = done))
      return 'slow'
    },
    inputSchema: { type: 'object', properties: { tell: { type: 'boolean' } }, additionalProperties: false },
  }),
]
const front = defineResource({ uri: 'changing://front', name: 'front', scopes: 'authenticated', read: () => 'front' })
const prompt = definePrompt({ name: 'changing_ask', scopes: ['changing:read'], get: () => 'ask' })

/** By name, what the plugin offers in the place of everything that it did. */
const others: Readonly<Record<string, unknown>> = {
  first: { tools: first, resources: [front], prompts: [prompt] },
  'more for staff': {
    tools: [...first, tool('changing_new', ['changing:staff'])],
    resources: [front],
    prompts: [prompt],
  },
  'other words for readers': {
    tools: first.map((one) => (one.name === 'changing_read' ? tool(one.name, one.scopes, 'Answers otherwise.') : one)),
    resources: [front],
    prompts: [prompt],
  },
  'read for staff': {
    tools: first.map((one) => (one.name === 'changing_read' ? tool(one.name, ['changing:staff']) : one)),
    resources: [front],
    prompts: [prompt],
  },
  'a mirrored parameter, and nothing for staff': {
    tools: [
      ...first.filter(({ name }) => name !== 'changing_staff'),
      defineTool({
        name: 'changing_mirrored',
        description: 'Answers in a room.',
        scopes: ['changing:read'],
        ...readOnly,
        inputSchema: {
          type: 'object',
          properties: { room: { type: 'string', 'x-mcp-header': 'Room' } },
          additionalProperties: false,
        },
        handler: ({ room }: { readonly room?: string }) => room ?? 'nowhere',
      }),
    ],
    resources: [front],
    prompts: [prompt],
  },
  'no prompts': { tools: first, resources: [front] },
  'no slow': { tools: first.filter(({ name }) => name !== 'changing_slow'), resources: [front], prompts: [prompt] },
  'no scopes': { tools: [{ ...tool('changing_bad', 'authenticated'), scopes: undefined }] },
  'a scope that is new': { tools: [...first, tool('changing_new', ['changing:unheard'])], resources: [front] },
  'a name of another': { tools: [...first, tool('news_tell', 'authenticated')] },
  'an unknown key': { tools: first, tols: [] },
  'a task': {
    tools: [
      ...first,
      defineTool({
        name: 'changing_task',
        description: 'Is run as a task.',
        scopes: 'authenticated',
        ...readOnly,
        task: 'required',
        handler: () => 'changed into a task',
      }),
    ],
    resources: [front],
    prompts: [prompt],
  },
  nothing: {},
}

/** A plugin that offers what a test wants it to. */
export const changingPlugin = definePlugin({
  name: 'changing',
  setup({ changed }) {
    const change = defineTool({
      name: 'changing_change',
      description: 'Changes what the plugin offers.',
      scopes: 'authenticated',
      ...readOnly,
      inputSchema: {
        type: 'object',
        properties: { to: { type: 'string' } },
        required: ['to'],
        additionalProperties: false,
      },
      handler: async ({ to }) => String(await changed(withChange(others[to] as PluginOffers))),
    })
    const withChange = (offers: PluginOffers): PluginOffers => ({
      ...offers,
      tools: [...(offers.tools ?? []), change],
    })
    return withChange(others['first'] as PluginOffers)
  },
})
