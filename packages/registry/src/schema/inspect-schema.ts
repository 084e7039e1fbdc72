import { suggestion } from '../known-keys.ts'
import type { Finding, LoadFaultCode } from '../load-fault.ts'
import { isPlainObject } from '../plain-object.ts'
import { hiddenCharacter } from '../readable-text.ts'
import { formats } from './formats.ts'
import { inspectHeaders } from './inspect-headers.ts'
import { knownKeywords } from './keywords.ts'
import { linearPattern } from './linear-pattern.ts'
import { pointerTo } from './pointer.ts'
import { subschemas, type Subschema } from './visit-subschemas.ts'

/** How large a plugin's schema may be. */
export const schemaLimits = Object.freeze({ bytes: 262_144, depth: 32, subschemas: 2_000 })

const dialect = 'https://json-schema.org/draft/2020-12/schema'

/**
 * Looks through a schema for what ajv would accept and this host does not: unbounded size, references that leave the
 * schema, keywords and formats that nothing checks, patterns that need backtracking, text that hides something.
 *
 * @param where how messages name the schema: `tool "notes_list": inputSchema`
 */
export function inspectSchema(where: string, schema: Readonly<Record<string, unknown>>): Finding[] {
  if (JSON.stringify(schema).length > schemaLimits.bytes) {
    return [
      fault(
        'schema_too_large',
        where,
        '',
        `is larger than ${String(schemaLimits.bytes)} characters`,
        'Split the tool.',
      ),
    ]
  }
  const findings: Finding[] = []
  const found: Subschema[] = []
  for (const subschema of subschemas(schema, schemaLimits.depth)) {
    found.push(subschema)
    if (found.length > schemaLimits.subschemas) {
      const message = `has more than ${String(schemaLimits.subschemas)} schemas in it`
      return [fault('schema_too_large', where, '', message, 'Split the tool.')]
    }
    findings.push(...inspectSubschema(where, subschema))
  }
  return [...findings, ...inspectHeaders(where, found), ...inspectText(where, schema, '')]
}

function inspectSubschema(where: string, { schema, pointer, depth }: Subschema): Finding[] {
  if (depth > schemaLimits.depth) {
    const message = `nests schemas deeper than ${String(schemaLimits.depth)}`
    return [fault('schema_too_deep', where, pointer, message, 'Make it flatter, or use $defs and $ref.')]
  }
  return [
    ...inspectKeywords(where, schema, pointer),
    ...inspectReferences(where, schema, pointer),
    ...inspectPatterns(where, schema, pointer),
    ...inspectFormat(where, schema, pointer),
    ...inspectProperties(where, schema, pointer),
  ]
}

function inspectKeywords(where: string, schema: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  return Object.keys(schema)
    .filter((keyword) => !keyword.startsWith('x-') && !knownKeywords.includes(keyword))
    .map((keyword) =>
      fault(
        'schema_keyword',
        where,
        pointerTo(pointer, keyword),
        'is no keyword of JSON Schema 2020-12',
        `${suggestion(keyword, knownKeywords)} An annotation of your own starts with "x-".`,
      ),
    )
}

function inspectReferences(where: string, schema: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const findings: Finding[] = []
  for (const keyword of ['$ref', '$dynamicRef']) {
    if (!Object.hasOwn(schema, keyword)) continue
    const target = schema[keyword]
    if (typeof target === 'string' && target.startsWith('#')) continue
    const mend = 'Copy the schema into "$defs" and write "#/$defs/name"; nothing is ever fetched.'
    findings.push(fault('schema_ref', where, pointerTo(pointer, keyword), 'leaves the schema', mend))
  }
  if (pointer !== '' && Object.hasOwn(schema, '$id')) {
    const mend = 'Remove it: "$id" may stand at the root alone.'
    findings.push(fault('schema_ref', where, pointerTo(pointer, '$id'), 'makes a schema resource of its own', mend))
  }
  if (Object.hasOwn(schema, '$schema') && (pointer !== '' || schema['$schema'] !== dialect)) {
    const mend = `Remove it, or write "${dialect}" at the root.`
    findings.push(fault('schema_ref', where, pointerTo(pointer, '$schema'), 'names another dialect', mend))
  }
  return findings
}

function inspectPatterns(where: string, schema: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const found: [string, string][] = []
  if (typeof schema['pattern'] === 'string') found.push([schema['pattern'], pointerTo(pointer, 'pattern')])
  const map = schema['patternProperties']
  if (isPlainObject(map)) {
    const at = pointerTo(pointer, 'patternProperties')
    for (const pattern of Object.keys(map)) found.push([pattern, pointerTo(at, pattern)])
  }
  return found.flatMap(([pattern, at]) => {
    try {
      linearPattern(pattern)
      return []
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const mend = 'Write it without look-around and back-references, or check the value in the handler.'
      return [fault('schema_pattern', where, at, `is a pattern that cannot run in linear time: ${reason}`, mend)]
    }
  })
}

function inspectFormat(where: string, schema: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const format = schema['format']
  if (typeof format !== 'string' || formats.has(format)) return []
  const at = pointerTo(pointer, 'format')
  return [
    fault('schema_format', where, at, `names an unknown format "${format}"`, suggestion(format, [...formats.keys()])),
  ]
}

// Ajv reads `value.constructor` to see whether a default is due, and finds what every object inherits.
function inspectProperties(where: string, schema: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const properties = schema['properties']
  if (!isPlainObject(properties)) return []
  return Object.entries(properties)
    .filter(([name, child]) => {
      const inherited = name in Object.prototype
      return name === '__proto__' || (inherited && isPlainObject(child) && Object.hasOwn(child, 'default'))
    })
    .map(([name]) => {
      const at = pointerTo(pointerTo(pointer, 'properties'), name)
      const message = 'is a name that every JavaScript object inherits, and has a default'
      return fault('schema_property_name', where, at, message, 'Choose another name, or leave the default out.')
    })
}

function inspectText(where: string, value: unknown, pointer: string): Finding[] {
  if (typeof value === 'string') {
    const hidden = hiddenCharacter(value, true)
    return hidden === undefined ? [] : [hiddenIn(where, pointer, hidden)]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, child]) => {
    const at = pointerTo(pointer, key)
    const hidden = hiddenCharacter(key, false)
    return hidden === undefined ? inspectText(where, child, at) : [hiddenIn(where, pointer, hidden)]
  })
}

function hiddenIn(where: string, pointer: string, hidden: string): Finding {
  return fault('schema_text', where, pointer, `holds ${hidden}, which a reader cannot see`, 'Remove the character.')
}

function fault(code: LoadFaultCode, where: string, pointer: string, message: string, mend: string): Finding {
  return { code, message: `${where}${pointer === '' ? '' : ` at ${pointer}`} ${message}`, mend, pointer }
}
