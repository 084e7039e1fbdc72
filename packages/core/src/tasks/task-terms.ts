import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  type JSONRPCRequest,
} from '@modelcontextprotocol/server'

/** The extension by which a call may answer with a task (MCP extension of 2026-07-28, SEP-2663). */
export const tasksExtension = 'io.modelcontextprotocol/tasks'

/** Its methods. */
export const taskMethods: ReadonlySet<string> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel'])

/** Whether the client of a request knows tasks. It says so with each request; what it said before does not count. */
export function declaresTasks({ params }: JSONRPCRequest): boolean {
  const declared: unknown = params?._meta?.[CLIENT_CAPABILITIES_META_KEY]
  const extension = own(own(declared, 'extensions'), tasksExtension)
  return typeof extension === 'object' && extension !== null
}

/** The error of a request that only a client which knows tasks may send. */
export function tasksRequired(what: string): MissingRequiredClientCapabilityError {
  return new MissingRequiredClientCapabilityError(
    { requiredCapabilities: { extensions: { [tasksExtension]: {} } } },
    `${what}: the client does not declare the extension ${tasksExtension}`,
  )
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
