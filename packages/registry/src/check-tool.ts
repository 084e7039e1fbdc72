import type { ToolAnnotations, ToolContext } from '@toolgate/plugin'
import type { ToolOverride, ToolPolicy, Visibility } from '@toolgate/policy'
import type { ToolListing } from './catalogue.ts'
import { checkConditions, checkRequirement, type Checked } from './check-scopes.ts'
import { unknownKeys } from './known-keys.ts'
import type { Finding, LoadFaultCode } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'
import { hiddenCharacter } from './readable-text.ts'
import { loadSchema } from './schema/load-schema.ts'
import { createValidator, type Validator } from './schema/validator.ts'

/** A tool that passed every check, before it gets its logger. */
export interface CheckedTool {
  readonly listing: ToolListing
  readonly policy: ToolPolicy
  readonly timeoutMs: number
  /** The operator lets it share its only scope with a read-only tool. */
  readonly allowSharedScope: boolean
  readonly validateInput: Validator
  readonly validateOutput: Validator | undefined
  handler(args: unknown, context: ToolContext): unknown
}

/** What the operator says about tools. */
export interface ToolRules {
  readonly overrides: Readonly<Record<string, ToolOverride>>
  readonly defaults: { readonly visibility: Visibility; readonly callMs: number }
}

/** The largest `timeoutMs`: ten minutes. */
export const maxTimeoutMs = 600_000

const toolName = /^[A-Za-z0-9_.-]{1,128}$/
const reservedPrefix = 'toolgate_'
const maxTitle = 200
const maxDescription = 16_384
const visibilities: readonly unknown[] = ['granted', 'listed', 'concealed'] satisfies Visibility[]
const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']
const keys = [
  'name',
  'title',
  'description',
  'scopes',
  'when',
  'inputSchema',
  'outputSchema',
  'annotations',
  'timeoutMs',
  'handler',
]
const noArguments = Object.freeze({ type: 'object', properties: Object.freeze({}), additionalProperties: false })

/** Checks one tool of a plugin, with the operator's overrides in the place of what its author declared. */
export function checkTool(plugin: string, index: number, tool: unknown, rules: ToolRules): Checked<CheckedTool> {
  if (!isPlainObject(tool)) {
    return one('bad_plugin', `tools[${String(index)}] is not an object`, 'Write it with defineTool({ ... }).')
  }
  const { name } = tool
  if (typeof name !== 'string' || !toolName.test(name)) {
    const message = `tools[${String(index)}] has the name ${JSON.stringify(name)}`
    return one('bad_name', message, 'A name is 1 to 128 of A-Z a-z 0-9 _ . - and by convention plugin_verb.')
  }
  const where = `tool "${name}"`
  const findings: Finding[] = unknownKeys(where, tool, keys)
  if (name.toLowerCase().startsWith(reservedPrefix)) {
    findings.push(
      finding(
        'reserved_name',
        `${where} begins with ${reservedPrefix}`,
        'Tools of the host itself are named so; choose another name.',
      ),
    )
  }
  findings.push(...checkText(`${where}: title`, tool['title'], maxTitle, false))
  findings.push(...checkText(`${where}: description`, tool['description'] ?? '', maxDescription, true))
  findings.push(...checkAnnotations(`${where}: annotations`, tool['annotations']))
  const { handler } = tool
  if (typeof handler !== 'function') {
    findings.push(finding('missing_handler', `${where} has no handler`, 'Give handler(args, context) { ... }.'))
  }
  const input = loadSchema(`${where}: inputSchema`, tool['inputSchema'] ?? noArguments, 'object', (schema) =>
    createValidator(schema, true),
  )
  const output =
    tool['outputSchema'] === undefined
      ? undefined
      : loadSchema(`${where}: outputSchema`, tool['outputSchema'], 'object', (schema) => createValidator(schema, false))
  const rule = checkRule(where, plugin, name, tool, rules)
  for (const part of [input, output, rule]) if (part?.ok === false) findings.push(...part.findings)
  if (findings.length > 0 || !input.ok || output?.ok === false || !rule.ok) return { ok: false, findings }
  return {
    ok: true,
    value: {
      ...rule.value,
      listing: listingOf(tool, name, input.schema, output?.schema),
      validateInput: input.compiled,
      validateOutput: output?.compiled,
      handler: (args, context) => (handler as CheckedTool['handler']).call(tool, args, context),
    },
  }
}

function checkRule(
  where: string,
  plugin: string,
  name: string,
  tool: Readonly<Record<string, unknown>>,
  { overrides, defaults }: ToolRules,
): Checked<Pick<CheckedTool, 'policy' | 'timeoutMs' | 'allowSharedScope'>> {
  const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined
  const declaredBy = override?.scopes === undefined ? 'plugin' : 'config'
  const requirement = checkRequirement(`${where}: scopes`, override?.scopes ?? tool['scopes'])
  const when = override?.when ?? tool['when']
  const conditions = checkConditions(`${where}: when`, when, override?.when === undefined ? 'plugin' : 'config')
  const visibility = override?.visibility ?? defaults.visibility
  const timeoutMs = override?.timeoutMs ?? tool['timeoutMs'] ?? defaults.callMs
  const findings: Finding[] = []
  if (!requirement.ok) findings.push(...requirement.findings)
  if (!conditions.ok) findings.push(...conditions.findings)
  if (!visibilities.includes(visibility)) {
    findings.push(finding('bad_visibility', `${where}: visibility is unknown`, 'Say granted, listed or concealed.'))
  }
  if (typeof timeoutMs !== 'number' || !Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > maxTimeoutMs) {
    findings.push(
      finding(
        'bad_timeout',
        `${where}: timeoutMs is out of range`,
        `Give whole milliseconds from 1 to ${String(maxTimeoutMs)}.`,
      ),
    )
  }
  if (findings.length > 0 || !requirement.ok || !conditions.ok) return { ok: false, findings }
  const policy = Object.freeze({
    tool: name,
    plugin,
    alternatives: requirement.value,
    conditions: conditions.value,
    visibility,
    readOnly: isPlainObject(tool['annotations']) && tool['annotations']['readOnlyHint'] === true,
    declaredBy,
  })
  return {
    ok: true,
    value: { policy, timeoutMs: timeoutMs as number, allowSharedScope: override?.allowSharedScope === true },
  }
}

function checkText(where: string, text: unknown, max: number, required: boolean): Finding[] {
  if (text === undefined) return []
  if (typeof text !== 'string' || text.length > max || (required && text.trim() === '')) {
    return [
      finding(
        'bad_text',
        `${where} is not a text of 1 to ${String(max)} characters`,
        'Say in a sentence what the tool does.',
      ),
    ]
  }
  const hidden = hiddenCharacter(text, required)
  if (hidden === undefined) return []
  return [finding('bad_text', `${where} holds ${hidden}, which a reader cannot see`, 'Remove the character.')]
}

function checkAnnotations(where: string, annotations: unknown): Finding[] {
  if (annotations === undefined) return []
  if (!isPlainObject(annotations))
    return [finding('bad_annotations', `${where} is not an object`, 'Write { readOnlyHint: true }.')]
  const findings = unknownKeys(where, annotations, ['title', ...hints])
  for (const hint of hints) {
    if (annotations[hint] === undefined || typeof annotations[hint] === 'boolean') continue
    findings.push(finding('bad_annotations', `${where}.${hint} is neither true nor false`, 'Write true or false.'))
  }
  if (annotations['readOnlyHint'] === true && annotations['destructiveHint'] === true) {
    findings.push(
      finding('bad_annotations', `${where} says both read-only and destructive`, 'Decide for one of the two.'),
    )
  }
  return [...findings, ...checkText(`${where}.title`, annotations['title'], maxTitle, false)]
}

function listingOf(
  tool: Readonly<Record<string, unknown>>,
  name: string,
  inputSchema: Readonly<Record<string, unknown>>,
  outputSchema: Readonly<Record<string, unknown>> | undefined,
): ToolListing {
  return Object.freeze({
    name,
    ...(tool['title'] === undefined ? {} : { title: tool['title'] as string }),
    description: tool['description'] as string,
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(tool['annotations'] === undefined
      ? {}
      : { annotations: Object.freeze({ ...(tool['annotations'] as ToolAnnotations) }) }),
  })
}

function one(code: LoadFaultCode, message: string, mend: string): { ok: false; findings: readonly Finding[] } {
  return { ok: false, findings: [finding(code, message, mend)] }
}

function finding(code: LoadFaultCode, message: string, mend: string): Finding {
  return { code, message, mend }
}
