import type { Checked } from '../checked.ts'
import { copyJson, freezeJson } from '../copy-json.ts'
import { NotJsonError } from '../errors.ts'
import type { Finding } from '../load-fault.ts'
import { isPlainObject } from '../plain-object.ts'
import { inspectSchema } from './inspect-schema.ts'
import { metaSchemaFaults } from './schema-compiler.ts'
import { schemaMend } from './schema-mend.ts'

/** A schema that may be used: the frozen source and what it was compiled to. */
export interface LoadedSchema<Compiled> {
  readonly schema: Readonly<Record<string, unknown>>
  readonly compiled: Compiled
}

/**
 * Copies, inspects and compiles one schema of a plugin. The frozen copy has every keyword as the author wrote it.
 *
 * @param where how messages name the schema: `tool "notes_list": inputSchema`
 * @param root whether the root must be of type `object`
 */
export function loadSchema<Compiled>(
  where: string,
  source: unknown,
  root: 'object' | 'any',
  compile: (schema: Readonly<Record<string, unknown>>) => Compiled,
): Checked<LoadedSchema<Compiled>> {
  const copy = copyOf(where, source)
  if ('code' in copy) return { ok: false, findings: [copy] }
  const { schema } = copy
  const findings = inspectSchema(where, schema)
  if (root === 'object' && schema['type'] !== 'object') findings.push(notAnObject(where))
  if (findings.length > 0) return { ok: false, findings }
  const [broken] = metaSchemaFaults(schema)
  if (broken !== undefined) return { ok: false, findings: [invalid(where, broken[1], broken[0])] }
  try {
    return { ok: true, value: { schema: freezeJson(schema), compiled: compile(schema) } }
  } catch (error) {
    return { ok: false, findings: [invalid(where, reasonOf(error), '')] }
  }
}

function copyOf(where: string, source: unknown): { readonly schema: Readonly<Record<string, unknown>> } | Finding {
  try {
    const { value } = copyJson(source)
    if (isPlainObject(value)) return { schema: value }
    return { code: 'schema_not_json', message: `${where} is not an object`, mend: 'Give a JSON Schema as an object.' }
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error
    const { pointer, message } = error
    const mend = 'Write the schema with plain objects, arrays, strings, numbers, booleans and null.'
    return { code: 'schema_not_json', message: `${where} at ${pointer} ${message}`, mend, pointer }
  }
}

function notAnObject(where: string): Finding {
  const mend = "Write type: 'object' at the root, and what you take or give as its properties."
  return { code: 'schema_root', message: `${where} is not of type "object"`, mend, pointer: '' }
}

function invalid(where: string, reason: string, pointer: string): Finding {
  const message = `${where}${pointer === '' ? '' : ` at ${pointer}`} is not a sound schema: ${reason}`
  return { code: 'schema_invalid', message, mend: schemaMend(pointer, reason), pointer }
}

/** Of the compiler's words those that say something to whoever wrote the schema. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/^strict mode: /, '').replace(/ from id #$/, '')
}
