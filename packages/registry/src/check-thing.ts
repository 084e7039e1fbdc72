import type { AskingContext, Complete, CompletionContext } from '@toolgate/plugin'
import type { ThingOverride } from '@toolgate/policy'
import type { PromptListing, ResourceListing, TemplateListing } from './catalogue.ts'
import { checkAuthorize, type AuthorLook } from './check-authorize.ts'
import { checkText, maxDescription, maxTitle } from './check-text.ts'
import { finding, findingsOf, refuse, type Checked } from './checked.ts'
import { unknownKeys } from './known-keys.ts'
import type { Finding } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'
import { createValidator, type Validator } from './schema/validator.ts'
import { toolRule, type RuleSubject, type ToolRule, type ToolRules } from './tool-rule.ts'
import type { UriTemplate } from './uri-template.ts'

/** A resource, template or prompt that passed every check, before it gets its logger. */
export interface CheckedThing extends ToolRule {
  /** By what it is asked for: a URI, a URI template, a name. */
  readonly name: string
  readonly listing: ResourceListing | TemplateListing | PromptListing
  /** Names of its variables or arguments, in their order. */
  readonly parameters: readonly string[]
  readonly completers: ReadonlyMap<string, Complete>
  readonly validate: Validator
  /** Takes what is known so far: everything may be missing. */
  readonly validatePart: Validator
  readonly authorize: AuthorLook['authorize'] | undefined
  readonly match: UriTemplate['match'] | undefined
  readonly expand: UriTemplate['expand'] | undefined
  readonly list: ((context: CompletionContext) => unknown) | undefined
  readonly handler: (args: unknown, context: AskingContext) => unknown
}

/** What differs between resources, templates and prompts. */
export interface ThingShape {
  readonly kind: 'resource' | 'template' | 'prompt'
  /** A URI, a URI template, a name; checked. */
  readonly name: string
  /** The key of mcp.config.ts that overrides stand under. */
  readonly section: 'resources' | 'resourceTemplates' | 'prompts'
  /** Members that it may have beside the common ones. */
  readonly keys: readonly string[]
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly match?: UriTemplate['match']
  readonly expand?: UriTemplate['expand']
}

type Declaration = Readonly<Record<string, unknown>>

const commonKeys = ['name', 'title', 'description', 'scopes', 'requires', 'timeoutMs', 'authorize', 'mayRequire']

/** How messages name a thing: `resource "notes://all"`. */
export function whereOf({ kind, name }: Pick<ThingShape, 'kind' | 'name'>): string {
  return `${kind === 'template' ? 'resource template' : kind} "${name}"`
}

/** Checks what all things have in common, with the operator's overrides in the place of what the author declared. */
export function checkThing(
  plugin: string,
  declaration: Declaration,
  shape: ThingShape,
  rules: ToolRules,
  more: {
    readonly listing: CheckedThing['listing']
    readonly completers: Checked<CheckedThing['completers']>
    readonly findings: readonly Finding[]
    readonly run: string
    readonly handler: CheckedThing['handler']
  },
): Checked<CheckedThing> {
  const { name } = shape
  const where = whereOf(shape)
  const look = checkAuthorize(where, declaration)
  const rule = toolRule(
    subjectOf(plugin, shape, rules),
    declaration,
    rules,
    look.ok ? look.value?.mayRequire : undefined,
  )
  const findings = [
    ...unknownKeys(where, declaration, [...commonKeys, ...shape.keys]),
    ...checkText(`${where}: title`, declaration['title'], maxTitle, false),
    ...checkText(`${where}: description`, declaration['description'], maxDescription, true),
    ...more.findings,
    ...(typeof declaration[more.run] === 'function' ? [] : [missing(where, more.run)]),
    ...findingsOf(rule, look, more.completers),
  ]
  if (findings.length > 0 || !rule.ok || !look.ok || !more.completers.ok) return { ok: false, findings }
  const list = declaration['list'] as CheckedThing['list']
  return {
    ok: true,
    value: Object.freeze({
      ...rule.value,
      name,
      listing: Object.freeze(more.listing),
      parameters: Object.freeze([...shape.required, ...shape.optional]),
      completers: more.completers.value,
      validate: validatorOf(shape, shape.required),
      validatePart: validatorOf(shape, []),
      authorize: look.value?.authorize,
      match: shape.match,
      expand: shape.expand,
      list: list === undefined ? undefined : (context: CompletionContext) => list.call(declaration, context),
      handler: more.handler,
    }),
  }
}

function subjectOf(plugin: string, shape: ThingShape, { things }: ToolRules): RuleSubject {
  const { kind, name, section } = shape
  const overrides: Readonly<Record<string, ThingOverride>> = things?.[section] ?? {}
  return {
    plugin,
    kind,
    name,
    where: whereOf(shape),
    at: `${section}[${JSON.stringify(name)}]`,
    override: Object.hasOwn(overrides, name) ? overrides[name] : undefined,
    readOnly: true,
  }
}

/** Every value is a text. */
function validatorOf({ required, optional }: ThingShape, needed: readonly string[]): Validator {
  const properties = Object.fromEntries([...required, ...optional].map((name) => [name, { type: 'string' }]))
  return createValidator({ type: 'object', properties, required: needed, additionalProperties: false }, false)
}

function missing(where: string, member: string): Finding {
  return finding('missing_handler', `${where} has no ${member}`, `Give ${member}(...) { ... }.`)
}

/** Checks completions: a function each, of names that there are. */
export function checkCompleters(
  where: string,
  complete: unknown,
  names: readonly string[],
): Checked<ReadonlyMap<string, Complete>> {
  if (complete === undefined) return { ok: true, value: new Map() }
  if (!isPlainObject(complete)) {
    return refuse('bad_completion', `${where} is not an object`, 'Write complete: { id: (value, context) => [...] }.')
  }
  const findings = unknownKeys(where, complete, names)
  const entries = Object.entries(complete)
  for (const [name, value] of entries) {
    if (typeof value === 'function') continue
    const mend = 'Write it as (value, context) => [...].'
    findings.push(finding('bad_completion', `${where}.${name} is no function`, mend))
  }
  if (findings.length > 0) return { ok: false, findings }
  return {
    ok: true,
    value: new Map(entries.map(([name, value]) => [name, (value as Complete).bind(complete)])),
  }
}

const audiences: readonly unknown[] = ['user', 'assistant']

/** Checks the annotations of a resource (MCP specification, server/resources). */
export function checkResourceAnnotations(where: string, annotations: unknown): Finding[] {
  if (annotations === undefined) return []
  const mend = "Write annotations: { audience: ['user'], priority: 0.5, lastModified: '2026-01-01T00:00:00Z' }."
  if (!isPlainObject(annotations)) return [finding('bad_annotations', `${where} is not an object`, mend)]
  const { audience, priority, lastModified } = annotations
  const findings = unknownKeys(where, annotations, ['audience', 'priority', 'lastModified'])
  const sound =
    (audience === undefined || (Array.isArray(audience) && audience.every((one) => audiences.includes(one)))) &&
    (priority === undefined || (typeof priority === 'number' && priority >= 0 && priority <= 1)) &&
    (lastModified === undefined || (typeof lastModified === 'string' && !Number.isNaN(Date.parse(lastModified))))
  if (!sound) findings.push(finding('bad_annotations', `${where} says what the protocol does not know`, mend))
  return findings
}

/** What was declared of some members; those that were not are left out. */
export function declared(declaration: Declaration, members: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    members.flatMap((member) => {
      const value = declaration[member]
      if (value === undefined) return []
      return [[member, isPlainObject(value) ? frozenCopy(value) : value]]
    }),
  )
}

function frozenCopy(value: Declaration): Declaration {
  return Object.freeze(
    Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        Array.isArray(each) ? Object.freeze([...(each as unknown[])]) : each,
      ]),
    ),
  )
}
