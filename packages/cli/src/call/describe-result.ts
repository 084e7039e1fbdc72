import type { CallToolResult } from '@modelcontextprotocol/client'

/** A tool's result as text for a person: texts as they are, structured content as JSON, the rest by its kind and size. */
export function describeResult(result: CallToolResult): string {
  const parts = result.content.map(describeContent)
  if (parts.length === 0 && result.structuredContent !== undefined) {
    return JSON.stringify(result.structuredContent, undefined, 2)
  }
  return parts.join('\n')
}

function describeContent(content: CallToolResult['content'][number]): string {
  switch (content.type) {
    case 'text':
      return content.text
    case 'image':
    case 'audio':
      return `[${content.type} ${content.mimeType}, ${String(Buffer.from(content.data, 'base64').byteLength)} bytes]`
    case 'resource_link':
      return `[link ${content.name}: ${content.uri}]`
    case 'resource':
      return 'text' in content.resource ? content.resource.text : `[resource ${content.resource.uri}]`
  }
}
