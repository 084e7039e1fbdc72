import type { JSONRPCRequest } from '@modelcontextprotocol/server'
import { thingKey } from '@toolgate/policy'
import type { Catalogue, CatalogueTemplate } from '@toolgate/registry'
import { isToolCall, readCall } from './call-params.ts'

/** What a request asks for by name. */
export interface Asked {
  /** The key that it is judged by; of a thing that there is not, the one that it would have. */
  readonly name: string
  /** As they were sent; of a template, the variables of the URI. */
  readonly args: unknown
  /** How answers name it: by what the caller named, never by a template that it did not. */
  readonly shown: string
  /** A completion: only a part of the arguments is known, and the thing itself is not run. */
  readonly part: boolean
}

type Params = JSONRPCRequest['params']

/** Kinds of things that a catalogue has, and so the methods about them. */
export interface Offered {
  readonly resources: boolean
  readonly prompts: boolean
  readonly completions: boolean
}

/** What plugins offer beside tools. Where nobody offers a kind, its methods do not exist. */
export function offeredBy({ resources, templates, prompts, entries }: Catalogue): Offered {
  const completing = [...entries.values()].some((entry) => entry.kind !== 'tool' && entry.completers.size > 0)
  return { resources: resources.size + templates.size > 0, prompts: prompts.size > 0, completions: completing }
}

/**
 * Makes the test whether a message names something to judge. One that does not is for the protocol to refuse: there is nothing to judge.
 */
export function createNamesThing(catalogue: Catalogue): (message: JSONRPCRequest) => boolean {
  const offered = offeredBy(catalogue)
  return (message) => {
    const { method, params } = message
    if (isToolCall(message)) return true
    if (method === 'resources/read') return offered.resources && typeof own(params, 'uri') === 'string'
    if (method === 'prompts/get') return offered.prompts && typeof own(params, 'name') === 'string'
    return method === 'completion/complete' && offered.completions && readCompletion(params) !== undefined
  }
}

/**
 * Reads what a message asks for. A URI that stands for itself goes before every template; of templates the first by name that
 * matches it answers.
 *
 * @throws TypeError for a message that names nothing to judge
 */
export function readAsked(catalogue: Catalogue, message: JSONRPCRequest): Asked {
  const { method, params } = message
  if (method === 'resources/read') return askedOfUri(catalogue, String(own(params, 'uri')))
  if (method === 'prompts/get') {
    const key = thingKey('prompt', String(own(params, 'name')))
    const args = own(params, 'arguments')
    // No condition on arguments may match for there being none.
    return { name: key, args: args === undefined ? {} : args, shown: cut(key), part: false }
  }
  if (method === 'completion/complete') {
    const completion = readCompletion(params)
    if (completion === undefined) throw new TypeError('a completion is judged by what it refers to')
    const { prompt, named, args } = completion
    const kind = prompt ? 'prompt' : catalogue.resources.has(named) ? 'resource' : 'template'
    const key = thingKey(kind, named)
    return { name: key, args: kind === 'resource' ? undefined : args, shown: cut(key), part: true }
  }
  const { name, args } = readCall(message)
  // With a space it is no tool's, and may be the key of another thing: to call is not to read.
  return { name: name.includes(' ') ? `tool ${name}` : name, args, shown: name, part: false }
}

/** What a completion refers to, with all that is known of its arguments; undefined if it is malformed. */
export function readCompletion(params: Params):
  | {
      readonly prompt: boolean
      readonly named: string
      readonly argument: string
      readonly value: string
      args: unknown
    }
  | undefined {
  const ref = own(params, 'ref')
  const type = own(ref, 'type')
  const named = own(ref, type === 'ref/prompt' ? 'name' : 'uri')
  const argument = own(own(params, 'argument'), 'name')
  const value = own(own(params, 'argument'), 'value')
  if (type !== 'ref/prompt' && type !== 'ref/resource') return undefined
  if (typeof named !== 'string' || typeof argument !== 'string' || typeof value !== 'string') return undefined
  const known = own(own(params, 'context'), 'arguments')
  const rest = typeof known === 'object' && known !== null ? Object.entries(known) : []
  return {
    prompt: type === 'ref/prompt',
    named,
    argument,
    value,
    args: Object.fromEntries([...rest, [argument, value]]),
  }
}

/** The key that a name of an operator is judged by: a URI may be one that a template matches. */
export function resolveKey(catalogue: Catalogue, name: string): Pick<Asked, 'name' | 'args'> {
  const uri = name.startsWith('resource ') ? name.slice('resource '.length) : undefined
  return uri === undefined ? { name, args: undefined } : askedOfUri(catalogue, uri)
}

function askedOfUri(catalogue: Catalogue, uri: string): Asked {
  const key = thingKey('resource', uri)
  const asked = (name: string, args?: unknown): Asked => ({ name, args, shown: cut(key), part: false })
  if (catalogue.resources.has(uri)) return asked(key)
  const found = templateOf(catalogue, uri)
  if (found === undefined) return asked(key)
  const { template, variables } = found
  // One thing has one rule: what is another's in its plain spelling is not to be had by percent-encoding.
  const plain = template.expand(variables)
  const others =
    catalogue.resources.has(plain) || (plain !== uri && templateOf(catalogue, plain)?.template !== template)
  return others ? asked(key) : asked(template.name, variables)
}

function templateOf(
  { templates }: Catalogue,
  uri: string,
): { readonly template: CatalogueTemplate; readonly variables: Readonly<Record<string, string>> } | undefined {
  for (const template of templates.values()) {
    const variables = template.match(uri)
    if (variables !== undefined) return { template, variables }
  }
  return undefined
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function cut(text: string): string {
  return text.slice(0, 256)
}
