import type { ToolAnnotations, ToolContext } from '@toolgate/plugin'
import type { CatalogueTool, ToolListing } from './catalogue.ts'
import { checkAuthorize, type AuthorLook } from './check-authorize.ts'
import { checkElicitUrls } from './check-elicit-urls.ts'
import { checkTask } from './check-task.ts'
import { checkText, maxDescription, maxTitle } from './check-text.ts'
import { finding, findingsOf, refuse, type Checked } from './checked.ts'
import { unknownKeys } from './known-keys.ts'
import type { Finding } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'
import { loadSchema, type LoadedSchema } from './schema/load-schema.ts'
import { createValidator, type Validator } from './schema/validator.ts'
import { toolRule, type ToolRule, type ToolRules } from './tool-rule.ts'

/** A tool that passed every check, before it gets its logger. */
export interface CheckedTool extends ToolRule {
  readonly listing: ToolListing
  readonly validateInput: Validator
  readonly validateOutput: Validator | undefined
  readonly authorize: AuthorLook['authorize'] | undefined
  readonly task: CatalogueTool['task']
  readonly prepare: CatalogueTool['prepare']
  readonly elicitUrls: CatalogueTool['elicitUrls']
  readonly handler: (args: unknown, context: ToolContext) => unknown
}

type UncheckedTool = Readonly<Record<string, unknown>> & { readonly name: string }

const toolName = /^[A-Za-z0-9_.-]{1,128}$/
const reservedPrefix = 'toolgate_'
const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']
const keys = [
  'name',
  'description',
  'scopes',
  'handler',
  'authorize',
  'mayRequire',
  'title',
  'when',
  'requires',
  'inputSchema',
  'outputSchema',
  'annotations',
  'timeoutMs',
  'task',
  'prepare',
  'elicitUrls',
]
const noArguments = Object.freeze({ type: 'object', properties: Object.freeze({}), additionalProperties: false })

/**
 * Checks one tool of a plugin, with the operator's overrides in the place of what its author declared.
 *
 * @param ofHost the tool is the host's own: names that begin with `toolgate_` are kept for these
 */
export function checkTool(
  plugin: string,
  index: number,
  tool: unknown,
  rules: ToolRules,
  ofHost = false,
): Checked<CheckedTool> {
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
  const look = checkAuthorize(where, tool)
  const task = checkTask(where, tool)
  const urls = checkElicitUrls(where, tool['elicitUrls'])
  const subject = subjectOf(plugin, where, tool, rules)
  const rule = toolRule(subject, tool, rules, look.ok ? look.value?.mayRequire : undefined)
  const findings = [
    ...checkName(where, tool, ofHost),
    ...checkShape(where, tool),
    ...findingsOf(input, output, rule, look, task, urls),
  ]
  if (findings.length > 0 || !input.ok || output?.ok === false || !rule.ok || !look.ok || !task.ok || !urls.ok) {
    return { ok: false, findings }
  }
  const handler = tool['handler'] as CheckedTool['handler']
  return {
    ok: true,
    value: {
      ...rule.value,
      listing: listingOf(tool, input.value.schema, output?.value.schema),
      validateInput: input.value.compiled,
      validateOutput: output?.value.compiled,
      authorize: look.value?.authorize,
      ...task.value,
      elicitUrls: urls.value,
      handler: (args, context) => handler.call(tool, args, context),
    },
  }
}

function subjectOf(
  plugin: string,
  where: string,
  tool: UncheckedTool,
  rules: ToolRules,
): Parameters<typeof toolRule>[0] {
  const { name } = tool
  return {
    plugin,
    name,
    kind: 'tool',
    where,
    at: `tools.${name}`,
    override: Object.hasOwn(rules.overrides, name) ? rules.overrides[name] : undefined,
    readOnly: isPlainObject(tool['annotations']) && tool['annotations']['readOnlyHint'] === true,
  }
}

function isNamed(tool: Readonly<Record<string, unknown>>): tool is UncheckedTool {
  return typeof tool['name'] === 'string' && toolName.test(tool['name'])
}

function schemaOf(where: string, source: unknown, defaults: boolean): Checked<LoadedSchema<Validator>> {
  return loadSchema(where, source, 'object', (schema) => createValidator(schema, defaults))
}

function checkName(where: string, { name }: UncheckedTool, ofHost: boolean): Finding[] {
  if (ofHost || !name.toLowerCase().startsWith(reservedPrefix)) return []
  const mend = 'Tools of the host itself are named so; choose another name.'
  return [finding('reserved_name', `${where} begins with ${reservedPrefix}`, mend)]
}

function checkShape(where: string, tool: UncheckedTool): Finding[] {
  const findings = unknownKeys(where, tool, keys)
  findings.push(...checkText(`${where}: title`, tool['title'], maxTitle, false))
  findings.push(...checkText(`${where}: description`, tool['description'] ?? '', maxDescription, true))
  findings.push(...checkAnnotations(`${where}: annotations`, tool['annotations']))
  if (typeof tool['handler'] !== 'function') {
    findings.push(finding('missing_handler', `${where} has no handler`, 'Give handler(args, context) { ... }.'))
  }
  return findings
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
