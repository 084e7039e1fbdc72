/** The keywords of JSON Schema that the page shows. */
export interface DocumentedSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, DocumentedSchema>>
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly minLength?: number
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, DocumentedSchema>>
  readonly additionalProperties?: boolean | DocumentedSchema
  readonly items?: DocumentedSchema
  readonly anyOf?: readonly DocumentedSchema[]
  readonly oneOf?: readonly DocumentedSchema[]
}

interface Row {
  readonly path: string
  readonly schema: DocumentedSchema
  readonly required: boolean
}

const head = `# Configuration

Every key of \`mcp.config.ts\`. This page is written from the schema in \`@toolgate/config\` by \`npm run docs\`.
`

/** Renders the schema of the configuration as a Markdown page: one section per top-level key, one row per value in it. */
export function configurationPage(schema: DocumentedSchema): string {
  const sections = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const resolved = resolve(value, schema)
    const required = schema.required?.includes(key) ?? false
    const rows = rowsBelow(key, resolved, schema)
    const table =
      rows.length === 0
        ? ''
        : `\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n${rows.map((row) => rowText(row, schema)).join('\n')}\n`
    return `## \`${key}\`\n\n${[resolved.description, `Value: ${valueOf(resolved, schema)}. ${standing(resolved, required)}`].filter(Boolean).join('\n\n')}\n${table}`
  })
  return [head, ...sections].join('\n')
}

function standing(schema: DocumentedSchema, required: boolean): string {
  if (required) return 'Required.'
  return schema.default === undefined ? 'Optional.' : `Default: ${code(schema.default)}.`
}

function rowsBelow(path: string, schema: DocumentedSchema, root: DocumentedSchema): readonly Row[] {
  const row = (key: string, value: DocumentedSchema, required: boolean): readonly Row[] => {
    const resolved = resolve(value, root)
    return [{ path: key, schema: resolved, required }, ...rowsBelow(key, resolved, root)]
  }
  const { properties = {}, additionalProperties, items, required = [] } = schema
  return [
    ...Object.entries(properties).flatMap(([key, value]) => row(`${path}.${key}`, value, required.includes(key))),
    ...(typeof additionalProperties === 'object' ? row(`${path}.<name>`, additionalProperties, false) : []),
    ...(items === undefined ? [] : rowsBelow(`${path}[]`, resolve(items, root), root)),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((each) => rowsBelow(path, resolve(each, root), root)),
  ]
}

function resolve(schema: DocumentedSchema, root: DocumentedSchema): DocumentedSchema {
  const name = schema.$ref?.replace('#/$defs/', '')
  if (name === undefined) return schema
  const target = root.$defs?.[name]
  if (target === undefined) throw new Error(`${String(schema.$ref)} is not among the $defs of the schema`)
  return { ...resolve(target, root), ...schema }
}

function rowText({ path, schema, required }: Row, root: DocumentedSchema): string {
  const preset = required ? 'required' : schema.default === undefined ? '' : code(schema.default)
  return `| ${[`\`${path}\``, valueOf(schema, root), preset, schema.description ?? ''].map(cell).join(' | ')} |`
}

function valueOf(reference: DocumentedSchema, root: DocumentedSchema): string {
  const schema = resolve(reference, root)
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  if (choices.length > 0) return [...new Set(choices.map((each) => valueOf(each, root)))].join(' or ')
  if (schema.items !== undefined) return `array of ${valueOf(schema.items, root)}`
  const { minimum, maximum, format, minLength, pattern } = schema
  const range = [minimum === undefined ? '' : `from ${minimum}`, maximum === undefined ? '' : `to ${maximum}`]
  return [
    [schema.type ?? (minLength === undefined && pattern === undefined ? 'any value' : 'string')].flat().join(' or '),
    format && `(${format})`,
    ...range,
  ]
    .filter(Boolean)
    .join(' ')
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')
}
