import { MIMEType } from 'node:util'
import { ToolError } from '@toolgate/plugin'

/** What the bytes of a body are. */
export interface ContentType {
  /** Lower case, without parameters. */
  readonly essence: string
  readonly isHtml: boolean
  /** The `charset` parameter, as it was sent. */
  readonly charset: string | undefined
}

const textTypes = /^(?:text\/.+|application\/(?:.+\+)?(?:json|xml)|application\/(?:x-)?(?:javascript|ndjson|yaml))$/u
const htmlTypes: readonly string[] = ['text/html', 'application/xhtml+xml']

/**
 * Reads a `Content-Type` header (RFC 9110 section 8.3).
 *
 * @throws ToolError if there is none, or if it names anything but text
 */
export function parseContentType(header: string | undefined): ContentType {
  let type: MIMEType
  try {
    type = new MIMEType(header ?? '')
  } catch {
    throw new ToolError('The server does not say what type of content it answers with.')
  }
  if (!textTypes.test(type.essence)) throw new ToolError(`The content is ${type.essence}, not text.`)
  return {
    essence: type.essence,
    isHtml: htmlTypes.includes(type.essence),
    charset: type.params.get('charset') ?? undefined,
  }
}
