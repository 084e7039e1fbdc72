import type { Finding } from '../load-fault.ts'
import { pointerTo } from './pointer.ts'
import type { Subschema } from './visit-subschemas.ts'

const keyword = 'x-mcp-header'
/** RFC 9110 section 5.6.2, token; the length keeps the header of a client reasonable. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/
const reachable = /^(?:\/properties\/[^/]+)+$/
const primitive: readonly unknown[] = ['string', 'integer', 'number', 'boolean']

/**
 * Looks for `x-mcp-header` annotations that a client must refuse the whole tool for: names that are no token, or stand
 * twice, case aside; properties that are not primitive, or not reached by `properties` alone (MCP specification
 * 2026-07-28, basic/transports, custom headers from tool parameters).
 */
export function inspectHeaders(where: string, schemas: readonly Subschema[]): Finding[] {
  const names = new Set<string>()
  return schemas.flatMap(({ schema, pointer }) => {
    if (!Object.hasOwn(schema, keyword)) return []
    const at = pointerTo(pointer, keyword)
    const fault = (message: string, mend: string): Finding[] => [
      { code: 'schema_header', message: `${where} at ${at} ${message}`, mend, pointer: at },
    ]
    const name = schema[keyword]
    if (typeof name !== 'string' || !token.test(name)) {
      return fault('is no header name', 'Write a word such as "Region".')
    }
    if (names.has(name.toLowerCase())) return fault('is the header of two properties', 'Choose another name.')
    names.add(name.toLowerCase())
    if (!reachable.test(pointer) || !primitive.includes(schema['type'])) {
      const message = 'is not at a property of type string, integer, number or boolean that "properties" alone lead to'
      return fault(message, 'Mirror another property, or none.')
    }
    return []
  })
}
