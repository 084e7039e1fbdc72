import type { ToolAnnotations, ToolContext } from '@toolgate/plugin'
import type { ToolListing } from './catalogue.ts'
import { finding, findingsOf, refuse, type Checked } from './checked.ts'
import { unknownKeys } from './known-keys.ts'
import type { Finding } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'
import { hiddenCharacter } from './readable-text.ts'
import { loadSchema, type LoadedSchema } from './schema/load-schema.ts'
import { createValidator, type Validator } from './schema/validator.ts'
import { toolRule, type ToolRule, type ToolRules } from './tool-rule.ts'

/** A tool that passed every check, before it gets its logger. */
export interface CheckedTool extends ToolRule {
  readonly listing: ToolListing
  readonly validateInput: Validator
  readonly validateOutput: Validator | undefined
  readonly handler: (args: unknown, context: ToolContext) => unknown
}

type UncheckedTool = Readonly<Record<string, unknown>> & { readonly name: string }

const toolName = /^[A-Za-z0-9_.-]{1,128}$/
const reservedPrefix = 'toolgate_'
const maxTitle = 200
const maxDescription = 16_384
const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']
const keys = [
  'name',
  'description',
  'scopes',
  'handler',
  'title',
  'when',
  'inputSchema',
  'outputSchema',
  'annotations',
  'timeoutMs',
]
const noArguments = Object.freeze({ type: 'object', properties: Object.freeze({}), additionalProperties: false })

/** Checks one tool of a plugin, with the operator's overrides in the place of what its author declared. */
export function checkTool(plugin: string, index: number, tool: unknown, rules: ToolRules): Checked<CheckedTool> {
  const at = `tools[${String(index)}]`
  if (!isPlainObject(tool)) return refuse('bad_plugin', `${at} is not an object`, 'Write it with defineTool({ ... }).')
  if (!isNamed(tool)) {
    const mend = 'A name is 1 to 128 of A-Z a-z 0-9 _ . - and by convention plugin_verb.'
    return refuse('bad_name', `${at} has the name ${JSON.stringify(tool['name'])}`, mend)
  }
  const where = `tool "${tool.name}"`
  const input = schemaOf(`${where}: inputSchema`, tool['inputSchema'] ?? noArguments, true)
  const output =
    tool['outputSchema'] === undefined ? undefined : schemaOf(`${where}: outputSchema`, tool['outputSchema'], false)
  const rule = toolRule(plugin, tool, rules)
  const findings = [...checkShape(where, tool), ...findingsOf(input, output, rule)]
  if (findings.length > 0 || !input.ok || output?.ok === false || !rule.ok) return { ok: false, findings }
  const handler = tool['handler'] as CheckedTool['handler']
  return {
    ok: true,
    value: {
      ...rule.value,
      listing: listingOf(tool, input.value.schema, output?.value.schema),
      validateInput: input.value.compiled,
      validateOutput: output?.value.compiled,
      handler: (args, context) => handler.call(tool, args, context),
    },
  }
}

function isNamed(tool: Readonly<Record<string, unknown>>): tool is UncheckedTool {
  return typeof tool['name'] === 'string' && toolName.test(tool['name'])
}

function schemaOf(where: string, source: unknown, defaults: boolean): Checked<LoadedSchema<Validator>> {
  return loadSchema(where, source, 'object', (schema) => createValidator(schema, defaults))
}

function checkShape(where: string, tool: UncheckedTool): Finding[] {
  const findings = unknownKeys(where, tool, keys)
  if (tool.name.toLowerCase().startsWith(reservedPrefix)) {
    const mend = 'Tools of the host itself are named so; choose another name.'
    findings.push(finding('reserved_name', `${where} begins with ${reservedPrefix}`, mend))
  }
  findings.push(...checkText(`${where}: title`, tool['title'], maxTitle, false))
  findings.push(...checkText(`${where}: description`, tool['description'] ?? '', maxDescription, true))
  findings.push(...checkAnnotations(`${where}: annotations`, tool['annotations']))
  if (typeof tool['handler'] !== 'function') {
    findings.push(finding('missing_handler', `${where} has no handler`, 'Give handler(args, context) { ... }.'))
  }
  return findings
}

function checkText(where: string, text: unknown, max: number, lines: boolean): Finding[] {
  if (text === undefined) return []
  if (typeof text !== 'string' || text.length > max || text.trim() === '') {
    const message = `${where} is not a text of 1 to ${String(max)} characters`
    return [finding('bad_text', message, 'Say in a sentence what the tool does.')]
  }
  const hidden = hiddenCharacter(text, lines)
  if (hidden === undefined) return []
  return [finding('bad_text', `${where} holds ${hidden}, which a reader cannot see`, 'Remove the character.')]
}

function checkAnnotations(where: string, annotations: unknown): Finding[] {
  if (annotations === undefined) return []
  if (!isPlainObject(annotations)) {
    return [finding('bad_annotations', `${where} is not an object`, 'Write { readOnlyHint: true }.')]
  }
  const findings = unknownKeys(where, annotations, ['title', ...hints])
  for (const hint of hints) {
    if (annotations[hint] === undefined || typeof annotations[hint] === 'boolean') continue
    findings.push(finding('bad_annotations', `${where}.${hint} is neither true nor false`, 'Write true or false.'))
  }
  if (annotations['readOnlyHint'] === true && annotations['destructiveHint'] === true) {
    const message = `${where} says both read-only and destructive`
    findings.push(finding('bad_annotations', message, 'Decide for one of the two.'))
  }
  return [...findings, ...checkText(`${where}.title`, annotations['title'], maxTitle, false)]
}

function listingOf(
  tool: UncheckedTool,
  inputSchema: Readonly<Record<string, unknown>>,
  outputSchema: Readonly<Record<string, unknown>> | undefined,
): ToolListing {
  const { name, title, description, annotations } = tool
  return Object.freeze({
    name,
    ...(title === undefined ? {} : { title: title as string }),
    description: description as string,
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(annotations === undefined ? {} : { annotations: Object.freeze({ ...(annotations as ToolAnnotations) }) }),
  })
}
