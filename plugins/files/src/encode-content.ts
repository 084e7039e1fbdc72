import { ToolError } from '@toolgate/plugin'

/**
 * The bytes of a content argument.
 *
 * @throws ToolError if it is no base64 (RFC 4648 section 4, padded), or text that UTF-8 cannot carry
 */
export function encodeContent(content: string, encoding: 'utf8' | 'base64'): Buffer {
  if (encoding === 'utf8') {
    if (!content.isWellFormed()) throw new ToolError('The content holds half a surrogate pair, which is no text.')
    return Buffer.from(content, 'utf8')
  }
  const bytes = Buffer.from(content, 'base64')
  if (bytes.toString('base64') !== content) throw new ToolError('The content is not base64.')
  return bytes
}
