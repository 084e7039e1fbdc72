import type { CallToolResult } from '@modelcontextprotocol/server'

/**
 * What a handler returned, in the protocol's form: a string as text, a JSON object as structured content with its text
 * beside it, an object with `content` as it is, any other JSON value as its text.
 *
 * @throws TypeError for what is no JSON value
 */
export function toToolResult(returned: unknown): CallToolResult {
  if (typeof returned === 'string') return { content: [{ type: 'text', text: returned }] }
  if (isRecord(returned) && Array.isArray(returned.content)) return returned as unknown as CallToolResult
  const text = JSON.stringify(returned) as string | undefined
  if (text === undefined) throw new TypeError('a handler must return a string, a JSON value or a result with content')
  const content: CallToolResult['content'] = [{ type: 'text', text }]
  // Parsed again, so that what leaves is what was measured, whatever the object does when it is read.
  return isRecord(returned) ? { content, structuredContent: JSON.parse(text) as Record<string, unknown> } : { content }
}

/** A result that tells the model what went wrong. */
export function errorResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
