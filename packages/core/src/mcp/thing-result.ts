import {
  specTypeSchemas,
  type CompleteResult,
  type GetPromptResult,
  type ReadResourceResult,
} from '@modelcontextprotocol/server'

/** Values of one completion that a client may be given (MCP specification, server/utilities/completion). */
const mostValues = 100

/**
 * What a reader returned, in the protocol's form: a text, bytes as Base64, or contents of its own; undefined where there is no such
 * resource. Taken as JSON once, so that what is checked and measured is what leaves.
 *
 * @throws TypeError for anything else
 */
export function toContents(
  returned: unknown,
  { uri, mimeType }: { readonly uri: string; readonly mimeType: string | undefined },
): ReadResourceResult | undefined {
  if (returned === undefined) return undefined
  const type = mimeType === undefined ? {} : { mimeType }
  if (typeof returned === 'string') return { contents: [{ uri, ...type, text: returned }] }
  if (returned instanceof Uint8Array) {
    return { contents: [{ uri, ...type, blob: Buffer.from(returned).toString('base64') }] }
  }
  const value = asJson(returned)
  const contents = isRecord(value) && Array.isArray(value.contents) ? (value.contents as unknown[]) : undefined
  if (contents === undefined || contents.length === 0) {
    throw new TypeError('read must return a string, bytes, contents or undefined')
  }
  return checked('ReadResourceResult', {
    contents: contents.map((each) => ({ uri, ...type, ...pick(each, ['uri', 'mimeType', 'text', 'blob']) })),
  })
}

/**
 * What a prompt gave, in the protocol's form.
 *
 * @throws TypeError for what is neither a text nor messages that the protocol knows
 */
export function toPromptResult(returned: unknown): GetPromptResult {
  if (typeof returned === 'string') {
    return { messages: [{ role: 'user', content: { type: 'text', text: returned } }] }
  }
  const value = asJson(returned)
  const result = Array.isArray(value) ? { messages: value } : pick(value, ['description', 'messages'])
  return checked('GetPromptResult', result)
}

/**
 * What a completion gave: the first hundred values, and how many there are.
 *
 * @throws TypeError for what is no list of texts
 */
export function toCompletion(returned: unknown): CompleteResult {
  const value = asJson(returned)
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw new TypeError('a completion must return a list of texts')
  }
  const values = value.slice(0, mostValues)
  return { completion: { values, total: value.length, hasMore: value.length > values.length } }
}

/** Checks a value against the protocol's own type, and gives it as it was. */
function checked<Name extends 'ReadResourceResult' | 'GetPromptResult'>(
  name: Name,
  value: unknown,
): Name extends 'ReadResourceResult' ? ReadResourceResult : GetPromptResult
function checked(name: 'ReadResourceResult' | 'GetPromptResult', value: unknown): unknown {
  const result = specTypeSchemas[name]['~standard'].validate(value)
  if (result instanceof Promise || result.issues !== undefined) {
    throw new TypeError(`what was returned is no ${name} of the protocol`)
  }
  return value
}

function asJson(returned: unknown): unknown {
  const text = JSON.stringify(returned) as string | undefined
  if (text === undefined) throw new TypeError('what was returned is no JSON value')
  return JSON.parse(text)
}

function pick(value: unknown, members: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new TypeError('what was returned is not what the protocol knows')
  return Object.fromEntries(members.flatMap((member) => (value[member] === undefined ? [] : [[member, value[member]]])))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
