import type { AskingContext } from '@toolgate/plugin'
import type { ResourceListing, TemplateListing } from './catalogue.ts'
import { checkText, maxTitle } from './check-text.ts'
import {
  checkCompleters,
  checkResourceAnnotations,
  checkThing,
  declared,
  whereOf,
  type CheckedThing,
  type ThingShape,
} from './check-thing.ts'
import { finding, refuse, type Checked } from './checked.ts'
import type { Finding } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'
import type { ToolRules } from './tool-rule.ts'
import { compileUriTemplate, longestUri } from './uri-template.ts'

type Declaration = Readonly<Record<string, unknown>>

const absoluteUri = /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/
const mediaType = /^[A-Za-z0-9!#$&^_.+-]{1,127}\/[A-Za-z0-9!#$&^_.+-]{1,127}(?:; ?[A-Za-z0-9!#$&^_.+-]+=[^\s]+)*$/
const members = ['name', 'title', 'description', 'mimeType', 'size', 'annotations']

/** Checks one resource of a plugin. */
export function checkResource(
  plugin: string,
  index: number,
  resource: unknown,
  rules: ToolRules,
): Checked<CheckedThing> {
  const at = `resources[${String(index)}]`
  if (!isPlainObject(resource)) return notAnObject(at, 'defineResource')
  const { uri } = resource
  if (typeof uri !== 'string' || uri.length > longestUri || !absoluteUri.test(uri)) {
    const mend = `Give an absolute URI of at most ${String(longestUri)} characters, as 'notes://all'.`
    return refuse('bad_uri', `${at} has the uri ${JSON.stringify(uri)}`, mend)
  }
  const plain = plainSpelling(uri)
  if (plain !== uri) {
    const message = `${at} has the uri ${JSON.stringify(uri)}, which encodes more than it must`
    return refuse(
      'bad_uri',
      message,
      `Write ${JSON.stringify(plain)}: a template that matches both would read them as one.`,
    )
  }
  const shape: ThingShape = {
    kind: 'resource',
    name: uri,
    section: 'resources',
    keys: ['uri', 'mimeType', 'size', 'annotations', 'read'],
    required: [],
    optional: [],
  }
  const read = resource['read'] as (context: AskingContext) => unknown
  return checkThing(plugin, resource, shape, rules, {
    listing: { uri, ...declared(resource, members) } as ResourceListing,
    completers: { ok: true, value: new Map() },
    findings: checkContent(whereOf(shape), resource),
    run: 'read',
    handler: (_args, context) => read.call(resource, context),
  })
}

/** A URI with no octet encoded that a template would write as it is, and the others in capitals (RFC 3986 section 6.2.2). */
function plainSpelling(uri: string): string {
  return uri.replaceAll(/%[0-9A-Fa-f]{2}/g, (octet) => {
    const character = String.fromCodePoint(Number.parseInt(octet.slice(1), 16))
    return /[A-Za-z0-9._~!'()*-]/.test(character) ? character : octet.toUpperCase()
  })
}

/** Checks one resource template of a plugin. */
export function checkResourceTemplate(
  plugin: string,
  index: number,
  template: unknown,
  rules: ToolRules,
): Checked<CheckedThing> {
  const at = `resourceTemplates[${String(index)}]`
  if (!isPlainObject(template)) return notAnObject(at, 'defineResourceTemplate')
  const { uriTemplate } = template
  const compiled = compileUriTemplate(`${at} has the uriTemplate ${JSON.stringify(uriTemplate)}, which`, uriTemplate)
  if (!compiled.ok) return compiled
  const { variables, optional, match, expand } = compiled.value
  const shape: ThingShape = {
    kind: 'template',
    name: String(uriTemplate),
    section: 'resourceTemplates',
    keys: ['uriTemplate', 'mimeType', 'annotations', 'when', 'complete', 'list', 'read'],
    required: variables.filter((name) => !optional.has(name)),
    optional: [...optional],
    match,
    expand,
  }
  const where = whereOf(shape)
  const read = template['read'] as CheckedThing['handler']
  const { list } = template
  return checkThing(plugin, template, shape, rules, {
    listing: { uriTemplate, ...declared(template, members) } as TemplateListing,
    completers: checkCompleters(`${where}: complete`, template['complete'], variables),
    findings: [
      ...checkContent(where, template),
      ...(list === undefined || typeof list === 'function'
        ? []
        : [finding('missing_handler', `${where}: list is no function`, 'Write list(context) { ... }.')]),
    ],
    run: 'read',
    handler: (args, context) => read.call(template, args, context),
  })
}

function notAnObject(at: string, by: string): Checked<CheckedThing> {
  return refuse('bad_plugin', `${at} is not an object`, `Write it with ${by}({ ... }).`)
}

function checkContent(where: string, declaration: Declaration): Finding[] {
  const { mimeType, size } = declaration
  const findings = [
    ...checkText(`${where}: name`, declaration['name'] ?? '', maxTitle, false),
    ...checkResourceAnnotations(`${where}: annotations`, declaration['annotations']),
  ]
  if (mimeType !== undefined && (typeof mimeType !== 'string' || !mediaType.test(mimeType))) {
    findings.push(finding('bad_text', `${where}: mimeType is no media type`, "Write it as 'text/plain'."))
  }
  if (size !== undefined && !(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0)) {
    findings.push(finding('bad_text', `${where}: size is no number of bytes`, 'Give whole bytes, or leave it out.'))
  }
  return findings
}
