import type { CallToolResult } from '@modelcontextprotocol/server'

/** A result that is one text. */
export function textResult(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}

/** A result that tells the model what went wrong. */
export function errorResult(text: string): CallToolResult {
  return { ...textResult(text), isError: true }
}
