import { definePlugin, defineTool } from '@toolgate/plugin'
import { setTimeout as wait } from 'node:timers/promises'

const scopes = ['task:use']
const annotations = { readOnlyHint: true } as const
const nameForm = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } as const
const labelled = {
  type: 'object',
  properties: { label: { type: 'string' }, force: { type: 'boolean', default: false } },
  required: ['label'],
} as const

/** What waits for the test, by label: resolve it and the tool answers. */
export const gates = new Map<string, PromiseWithResolvers<string>>()
/** Labels of calls that were cut off. */
export const cutOff = new Set<string>()
/** Labels of calls that ran, in their order. */
export const ran: string[] = []

/** Waits for the gate of a label. */
export function gateOf(label: string): PromiseWithResolvers<string> {
  const gate = gates.get(label) ?? Promise.withResolvers<string>()
  gates.set(label, gate)
  return gate
}

async function pass(label: string, signal: AbortSignal): Promise<string> {
  ran.push(label)
  const cut = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      cutOff.add(label)
      reject(new Error('cut off'))
    })
  })
  return Promise.race([gateOf(label).promise, cut])
}

const waits = defineTool({
  name: 'task_wait',
  description: 'Waits for its gate.',
  scopes,
  when: [
    {
      arguments: { type: 'object', properties: { force: { const: true } }, required: ['force'] },
      scopes: ['task:force'],
    },
  ],
  annotations,
  task: 'optional',
  inputSchema: labelled,
  async handler({ label }, { signal, progress }) {
    progress(1, 2)
    return pass(label, signal)
  },
})

const mustBeTask = defineTool({
  name: 'task_required',
  description: 'Waits for its gate, as a task alone.',
  scopes,
  annotations,
  task: 'required',
  inputSchema: labelled,
  handler: ({ label }, { signal }) => pass(label, signal),
})

const looks = defineTool({
  name: 'task_looks',
  description: 'Its author demands more.',
  scopes,
  annotations,
  task: 'required',
  mayRequire: ['task:extra'],
  authorize: (_args, { requireScopes }) => {
    requireScopes('task:extra')
  },
  handler: () => 'looked at',
})

const secret = defineTool({
  name: 'task_secret',
  description: 'Is concealed from whoever may not call it.',
  scopes: ['task:secret'],
  annotations,
  task: 'required',
  handler: () => 'a secret',
})

const asks = defineTool({
  name: 'task_ask',
  description: 'Asks two things at once.',
  scopes,
  annotations,
  task: 'required',
  async handler(_args, { elicit }) {
    const [first, second] = await Promise.all([
      elicit({ key: 'first', message: 'The first name?', schema: nameForm }),
      elicit({ key: 'second', message: 'The second name?', schema: nameForm }),
    ])
    return { first, second }
  },
})

const roots = defineTool({
  name: 'task_roots',
  description: 'Asks for roots.',
  scopes,
  annotations,
  task: 'required',
  handler: async (_args, { listRoots }) => ({ roots: await listRoots() }),
})

const prepares = defineTool({
  name: 'task_prepare',
  description: 'Asks before there is a task.',
  scopes,
  annotations,
  task: 'optional',
  async prepare(_args, { elicit }) {
    const answer = await elicit({ key: 'user_name', message: 'What is your name?', schema: nameForm })
    return answer.action === 'accept' ? answer.content.name : undefined
  },
  handler: (_args, { prepared }) => `Hello, ${String(prepared)}!`,
})

const fails = defineTool({
  name: 'task_fails',
  description: 'Throws what nobody may read.',
  scopes,
  annotations,
  task: 'optional',
  async handler() {
    await wait(1)
    throw new Error('s3cret-detail')
  },
})

/** Tools that are run as tasks. */
export const taskPlugin = definePlugin({
  name: 'tasks',
  description: 'Tools that take long.',
  tools: [waits, mustBeTask, looks, secret, asks, roots, prepares, fails],
})
