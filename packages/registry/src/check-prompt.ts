import type { PromptListing } from './catalogue.ts'
import { checkText, maxDescription, maxTitle } from './check-text.ts'
import { checkCompleters, checkThing, declared, whereOf, type CheckedThing, type ThingShape } from './check-thing.ts'
import { finding, refuse, type Checked } from './checked.ts'
import { unknownKeys } from './known-keys.ts'
import type { Finding } from './load-fault.ts'
import { isPlainObject } from './plain-object.ts'
import type { ToolRules } from './tool-rule.ts'

type Declaration = Readonly<Record<string, unknown>>

const promptName = /^[A-Za-z0-9_.-]{1,128}$/
const argumentName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/
const mostArguments = 64

/** Checks one prompt of a plugin. */
export function checkPrompt(plugin: string, index: number, prompt: unknown, rules: ToolRules): Checked<CheckedThing> {
  const at = `prompts[${String(index)}]`
  if (!isPlainObject(prompt)) {
    return refuse('bad_plugin', `${at} is not an object`, 'Write it with definePrompt({ ... }).')
  }
  const { name } = prompt
  if (typeof name !== 'string' || !promptName.test(name)) {
    const mend = 'A name is 1 to 128 of A-Z a-z 0-9 _ . - and by convention plugin_what.'
    return refuse('bad_name', `${at} has the name ${JSON.stringify(name)}`, mend)
  }
  const where = whereOf({ kind: 'prompt', name })
  const given = prompt['arguments'] ?? {}
  if (!isPlainObject(given) || Object.keys(given).length > mostArguments) {
    const mend = `Write arguments: { topic: { description: '...', required: true } }, at most ${String(mostArguments)}.`
    return refuse('bad_prompt', `${where}: arguments is not an object`, mend)
  }
  const entries = Object.entries(given)
  const found = entries.flatMap(([argument, value]) =>
    checkArgument(`${where}: arguments.${argument}`, argument, value),
  )
  if (found.length > 0) return { ok: false, findings: found }
  const known = entries as readonly (readonly [string, Declaration])[]
  const shape: ThingShape = {
    kind: 'prompt',
    name,
    section: 'prompts',
    keys: ['when', 'arguments', 'get'],
    required: known.flatMap(([argument, { required }]) => (required === true ? [argument] : [])),
    optional: known.flatMap(([argument, { required }]) => (required === true ? [] : [argument])),
  }
  const completers = Object.fromEntries(
    known.flatMap(([argument, { complete }]) => (complete === undefined ? [] : [[argument, complete]])),
  )
  const get = prompt['get'] as CheckedThing['handler']
  return checkThing(plugin, prompt, shape, rules, {
    listing: listingOf(prompt, known),
    completers: checkCompleters(`${where}: complete`, completers, Object.keys(given)),
    findings: [],
    run: 'get',
    handler: (args, context) => get.call(prompt, args, context),
  })
}

function checkArgument(where: string, name: string, argument: unknown): Finding[] {
  if (!argumentName.test(name)) {
    const mend = 'A name is a letter and at most 63 more of A-Z a-z 0-9 _ . -'
    return [finding('bad_name', `${where} has no name of an argument`, mend)]
  }
  if (!isPlainObject(argument)) {
    return [finding('bad_prompt', `${where} is not an object`, "Write { description: '...', required: true }.")]
  }
  const { required } = argument
  return [
    ...unknownKeys(where, argument, ['title', 'description', 'required', 'complete']),
    ...checkText(`${where}.title`, argument['title'], maxTitle, false),
    ...checkText(`${where}.description`, argument['description'], maxDescription, true),
    ...(required === undefined || typeof required === 'boolean'
      ? []
      : [finding('bad_prompt', `${where}.required is neither true nor false`, 'Write true or false.')]),
  ]
}

function listingOf(prompt: Declaration, entries: readonly (readonly [string, Declaration])[]): PromptListing {
  const args = entries.map(([name, argument]) =>
    Object.freeze({ name, ...declared(argument, ['title', 'description', 'required']) }),
  )
  return {
    ...declared(prompt, ['name', 'title', 'description']),
    ...(args.length === 0 ? {} : { arguments: Object.freeze(args) }),
  } as PromptListing
}
