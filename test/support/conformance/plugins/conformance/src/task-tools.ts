import { defineTool } from '@toolgate/plugin'
import { setTimeout as wait } from 'node:timers/promises'
import { callScopes } from './demands.ts'

const readOnly = { readOnlyHint: true } as const
const confirmation = {
  type: 'object',
  properties: { confirm: { type: 'boolean' } },
  required: ['confirm'],
} as const
const naming = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } as const

const greet = defineTool({
  name: 'greet',
  description: 'Greets; it is never a task.',
  scopes: callScopes,
  annotations: readOnly,
  inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  handler: ({ name }) => `Hello, ${name}!`,
})

const slowCompute = defineTool({
  name: 'slow_compute',
  description: 'Takes as long as it is told.',
  scopes: callScopes,
  annotations: readOnly,
  task: 'optional',
  inputSchema: {
    type: 'object',
    properties: { seconds: { type: 'number', minimum: 0, maximum: 600 }, label: { type: 'string' } },
    required: ['seconds'],
  },
  async handler({ seconds, label = 'it' }, { signal, progress }) {
    progress(0, seconds, `Computing ${label}`)
    await wait(seconds * 1_000, undefined, { signal })
    return `${label} took ${String(seconds)} s.`
  },
})

const failingJob = defineTool({
  name: 'failing_job',
  description: 'Fails after a second, as a tool fails.',
  scopes: callScopes,
  annotations: readOnly,
  task: 'required',
  async handler(_args, { signal }) {
    await wait(1_000, undefined, { signal })
    return { content: [{ type: 'text', text: 'The job failed.' }], isError: true }
  },
})

const protocolErrorJob = defineTool({
  name: 'protocol_error_job',
  description: 'Ends with an error of the protocol: it asks for roots, of clients that have none.',
  scopes: callScopes,
  annotations: readOnly,
  task: 'required',
  async handler(_args, { listRoots }) {
    return { roots: await listRoots() }
  },
})

const confirmDelete = defineTool({
  name: 'confirm_delete',
  description: 'Asks whether to delete, in its task. It deletes nothing.',
  scopes: callScopes,
  annotations: readOnly,
  task: 'required',
  inputSchema: { type: 'object', properties: { filename: { type: 'string' } }, required: ['filename'] },
  async handler({ filename }, { elicit }) {
    const answer = await elicit({ message: `Delete ${filename}?`, schema: confirmation, key: 'confirmation' })
    return answer.action === 'accept' && answer.content.confirm
      ? `${filename} would be deleted.`
      : `${filename} would be kept.`
  },
})

const multiInput = defineTool({
  name: 'multi_input',
  description: 'Asks two things at once, in its task.',
  scopes: callScopes,
  annotations: readOnly,
  task: 'required',
  async handler(_args, { elicit }) {
    const answers = await Promise.all([
      elicit({ message: 'What is your name?', schema: naming, key: 'first' }),
      elicit({ message: 'Shall it go on?', schema: confirmation, key: 'second' }),
    ])
    return `Both answers have come: ${answers.map(({ action }) => action).join(', ')}.`
  },
})

const withTask = defineTool({
  name: 'test_tool_with_task',
  description: 'Asks for a name in the call, and greets in a task.',
  scopes: callScopes,
  annotations: readOnly,
  task: 'required',
  async prepare(_args, { elicit }) {
    const answer = await elicit({ message: 'What is your name?', schema: naming, key: 'user_name' })
    return answer.action === 'accept' ? answer.content.name : 'nobody'
  },
  handler: (_args, { prepared }) => `Hello, ${String(prepared)}!`,
})

/** Tools that are run as tasks, and one that is not. */
export const taskTools = [greet, slowCompute, failingJob, protocolErrorJob, confirmDelete, multiInput, withTask]
