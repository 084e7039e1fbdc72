import { specTypeSchemas, type CallToolResult } from '@modelcontextprotocol/server'
import { textResult } from './text-result.ts'

/**
 * What a handler returned, in the protocol's form: a string as text, a JSON object as structured content with its text
 * beside it, an object with `content` as a result of its own, any other JSON value as its text.
 *
 * The value is taken as JSON once, so that what is checked and measured is what leaves, whatever it does when it is read.
 *
 * @throws TypeError for what is no JSON value, or a `content` that the protocol does not know
 */
export function toToolResult(returned: unknown): CallToolResult {
  if (typeof returned === 'string') return textResult(returned)
  const text = JSON.stringify(returned) as string | undefined
  if (text === undefined) throw new TypeError('a handler must return a string, a JSON value or a result with content')
  const value: unknown = JSON.parse(text)
  if (typeof value === 'string') return textResult(value)
  if (!isRecord(value)) return textResult(text)
  return Array.isArray(value.content) ? ownResult(value) : { ...textResult(text), structuredContent: value }
}

/**
 * The members of a tool's own result that this host stands for: nothing else of the protocol is a plugin's to say, and nothing
 * that the protocol does not know stays in its content.
 */
function ownResult({ content, structuredContent, isError, _meta }: Readonly<Record<string, unknown>>): CallToolResult {
  const checked = specTypeSchemas.CallToolResult['~standard'].validate({
    content,
    ...(structuredContent === undefined ? {} : { structuredContent }),
    ...(isError === undefined ? {} : { isError }),
    ...(_meta === undefined ? {} : { _meta }),
  })
  if (checked instanceof Promise) throw new TypeError('the check of a result must end at once')
  const sound = checked.issues === undefined && (structuredContent === undefined || isRecord(structuredContent))
  if (!sound) throw new TypeError('the content of the result is not what the protocol knows')
  return checked.value
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
