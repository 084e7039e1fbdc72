/** A tool that both servers have, whichever way they are told of it. */
export interface SharedTool {
  readonly name: string
  readonly description: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly outputSchema?: Readonly<Record<string, unknown>>
  /** Answers a result of the protocol. Throws to fail. */
  readonly run: (args: Readonly<Record<string, unknown>>, progress: (step: number) => Promise<void> | void) => unknown
}

/** What the caller of the comparison may not call. */
export const outOfReach = 'diff_out_of_reach'

const text = { type: 'string', maxLength: 2_000 }
const anything = { type: 'object', properties: {} }

/** Contents of every kind that the protocol knows, also with members that it does not know. */
const contents: Readonly<Record<string, unknown>> = {
  annotated: { type: 'text', text: 'for you', annotations: { audience: ['user'], priority: 0.5 } },
  image: { type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' },
  audio: { type: 'audio', data: 'aGVsbG8=', mimeType: 'audio/wav', _meta: { 'com.example/length': 3 } },
  link: { type: 'resource_link', uri: 'file:///a.txt', name: 'a.txt', mimeType: 'text/plain', size: 3 },
  resource: { type: 'resource', resource: { uri: 'file:///a.txt', mimeType: 'text/plain', text: 'abc' } },
  blob: { type: 'resource', resource: { uri: 'file:///a.bin', blob: 'aGVsbG8=', _meta: { a: null } } },
  unknownMember: { type: 'text', text: 'more', invented: { by: 'the plugin' } },
}

/** The tools, in the order of their names. */
export const sharedTools: readonly SharedTool[] = [
  {
    name: 'diff_content',
    description: 'Answers content of one kind',
    inputSchema: { type: 'object', properties: { kind: { enum: Object.keys(contents) } }, required: ['kind'] },
    run: ({ kind }) => ({ content: [contents[String(kind)], { type: 'text', text: String(kind) }] }),
  },
  {
    name: 'diff_echo',
    description: 'Answers its text',
    inputSchema: { type: 'object', properties: { text, times: { type: 'integer' } }, required: ['text'] },
    run: (args) => ({ content: [{ type: 'text', text: String(args['text']) }] }),
  },
  {
    name: 'diff_fails',
    description: 'Fails in words',
    inputSchema: anything,
    run: () => {
      throw new Error('there is no such thing')
    },
  },
  {
    name: 'diff_meta',
    description: 'Answers with meta data of its own',
    inputSchema: anything,
    run: () => ({ content: [], _meta: { 'com.example/trace': 'abc' } }),
  },
  {
    name: 'diff_progress',
    description: 'Reports progress',
    inputSchema: { type: 'object', properties: { steps: { type: 'integer', minimum: 0, maximum: 3 } } },
    run: async ({ steps = 2 }, progress) => {
      for (let step = 1; step <= Number(steps); step += 1) await progress(step)
      return { content: [{ type: 'text', text: 'done' }] }
    },
  },
  {
    name: 'diff_region',
    description: 'Has parameters that clients repeat as headers',
    inputSchema: {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        count: { type: 'integer', 'x-mcp-header': 'Count' },
        nested: { type: 'object', properties: { exact: { type: 'boolean', 'x-mcp-header': 'Exact' } } },
      },
    },
    run: (args) => ({ content: [{ type: 'text', text: JSON.stringify(args) }] }),
  },
  {
    name: 'diff_structured',
    description: 'Answers structured content',
    inputSchema: { type: 'object', properties: { n: { type: 'integer' } } },
    outputSchema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    run: ({ n = 7 }) => ({ content: [{ type: 'text', text: JSON.stringify({ n }) }], structuredContent: { n } }),
  },
]
