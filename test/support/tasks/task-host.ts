import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startTestHost, type TestHost, type TestHostOptions } from '../host.ts'
import { pluginFolder } from '../plugin-folder.ts'
import { postModern, type WireAnswer, type WireRequest } from '../wire.ts'
import { taskPlugin } from './task-plugin.ts'

/** A host whose tools are run as tasks. */
export async function startTaskHost(options: TestHostOptions = {}): Promise<TestHost> {
  const source = pathToFileURL(join(import.meta.dirname, 'task-plugin.ts')).href
  const folder = await pluginFolder({
    [taskPlugin.name]: `export { taskPlugin as default } from ${JSON.stringify(source)}\n`,
  })
  const host = await startTestHost({
    plugins: join(folder, 'plugins'),
    ...options,
    config: { tools: { task_secret: { visibility: 'concealed' } }, ...options.config },
  })
  const close = async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...host, close }
}

/** What a client declares that knows tasks and can be asked. */
export const knowsTasks = {
  'io.modelcontextprotocol/clientCapabilities': {
    elicitation: {},
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
} as const

/** Calls a tool as a client that knows tasks. */
export function callForTask(
  url: string,
  token: string,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Promise<WireAnswer> {
  return postModern(url, token, {
    method: 'tools/call',
    params: { name, arguments: args, _meta: knowsTasks, ...more },
  })
}

/** The id of the task that an answer tells of. */
export function taskIdIn(answer: WireAnswer): string {
  const { resultType, taskId } = answer.result()
  if (resultType !== 'task' || typeof taskId !== 'string') throw new TypeError(`no task: ${answer.text}`)
  return taskId
}

/** Asks for a task. */
export function aboutTask(
  url: string,
  token: string,
  method: 'tasks/get' | 'tasks/update' | 'tasks/cancel',
  taskId: string,
  { headers, ...more }: Readonly<Record<string, unknown>> & { readonly headers?: WireRequest['headers'] } = {},
): Promise<WireAnswer> {
  const params = { taskId, _meta: knowsTasks, ...(method === 'tasks/update' ? { inputResponses: {} } : {}), ...more }
  return postModern(url, token, { method, params }, { 'mcp-name': taskId, ...headers })
}

/** Looks at a task until it is in a state. */
export async function taskIn(
  url: string,
  token: string,
  taskId: string,
  ...states: readonly string[]
): Promise<Record<string, unknown>> {
  for (;;) {
    const task = (await aboutTask(url, token, 'tasks/get', taskId)).result()
    if (states.includes(String(task['status']))) return task
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
