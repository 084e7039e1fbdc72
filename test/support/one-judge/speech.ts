import { modernMeta } from '../wire.ts'

/** Every revision that the host speaks, oldest first. */
export const revisions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const

/** The revision that has batches. */
export const batchRevision = '2025-03-26'

/** A message before it is put in the form of a revision. */
export interface Message {
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>>
  /** Absent for a notification. */
  readonly id?: number
}

/** The headers and the body of a message, or of several in one body, as a client of a revision sends them. */
export function inRevision(
  revision: string,
  message: Message | readonly Message[],
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const headers = { 'mcp-protocol-version': revision }
  if ('length' in message) return { headers, body: JSON.stringify(message.map(withVersion)) }
  if (revision !== '2026-07-28') return { headers, body: JSON.stringify(withVersion(message)) }
  const { method, params } = message
  const name = params?.[nameOf(method)]
  return {
    headers: { ...headers, 'mcp-method': method, ...(typeof name === 'string' ? { 'mcp-name': name } : {}) },
    body: JSON.stringify({
      ...withVersion(message),
      params: { ...params, _meta: { ...modernMeta, ...(params?._meta as object | undefined) } },
    }),
  }
}

/** The member that `Mcp-Name` repeats. */
function nameOf(method: string): string {
  if (method.startsWith('tasks/')) return 'taskId'
  return method === 'resources/read' ? 'uri' : 'name'
}

function withVersion(message: Message): object {
  return { jsonrpc: '2.0', ...message }
}
