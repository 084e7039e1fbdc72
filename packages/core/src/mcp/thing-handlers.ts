import {
  isInputRequiredResult,
  ProtocolError,
  type InputRequiredResult,
  type Resource,
} from '@modelcontextprotocol/server'
import type { CatalogueThing } from '@toolgate/registry'
import { silent } from '../asking/silent.ts'
import { internalError, rpcCode } from '../errors.ts'
import { offeredBy, readAsked, readCompletion, type Offered } from './asked.ts'
import { conversingOf } from './conversing-of.ts'
import { listOfTemplates } from './list-templates.ts'
import type { ListedThings, ThingLists, ThingPage } from './list-things.ts'
import { requireAllowed } from './require-allowed.ts'
import type { ThingWork } from './run-thing.ts'
import { completionContext, type RequestWay, type ThingHandlersOptions } from './thing-options.ts'
import type { ThingRequest } from './thing-request.ts'
import { toCompletion, toContents, toPromptResult } from './thing-result.ts'
import { toProtocolError } from './to-protocol-error.ts'
import { unknownThing } from './unrun-call.ts'

/** Answers requests about things of one judged request. Each throws ProtocolError for what the protocol has an error for. */
export interface ThingHandlers {
  readonly offered: Offered
  /** Whether the list of resources holds what plugins say at each request. */
  readonly listsChange: boolean
  resources(request: ThingRequest, way: RequestWay): Promise<{ resources: Resource[]; nextCursor?: string }>
  templates(request: ThingRequest): { resourceTemplates: ListedThings['template'][]; nextCursor?: string }
  prompts(request: ThingRequest): { prompts: ListedThings['prompt'][]; nextCursor?: string }
  read(
    request: ThingRequest,
    context: RequestWay,
  ): Promise<(ReturnType<typeof toContents> & object) | InputRequiredResult>
  get(request: ThingRequest, context: RequestWay): Promise<ReturnType<typeof toPromptResult> | InputRequiredResult>
  complete(request: ThingRequest, way: RequestWay): Promise<ReturnType<typeof toCompletion>>
}

/** Room 7 for resources, resource templates, prompts and completion. Nothing is judged here but what lists show. */
export function createThingHandlers(options: ThingHandlersOptions): ThingHandlers {
  const { catalogue, lists } = options
  const listing = [...catalogue.templates.values()].filter(({ list }) => list !== undefined)
  return {
    offered: offeredBy(catalogue),
    listsChange: listing.length > 0,
    async resources(request, way) {
      const { held } = request
      const fixed = lists.all('resource', held)
      const found = await listOfTemplates(options, listing, request, way)
      const own = found.filter(({ uri }) => !catalogue.resources.has(uri))
      const { items, ...more } = pageOf(lists, 'resource', [...fixed, ...own], request)
      return { resources: [...items], ...more }
    },
    templates(request) {
      const { items, ...more } = pageOf(lists, 'template', lists.all('template', request.held), request)
      return { resourceTemplates: [...items], ...more }
    },
    prompts(request) {
      const { items, ...more } = pageOf(lists, 'prompt', lists.all('prompt', request.held), request)
      return { prompts: [...items], ...more }
    },
    async read(request, way) {
      const { uri } = request.message.params as { readonly uri: string }
      const result = await answer(options, request, way, (thing, args) => ({
        run: (given) => thing.handler(args, given),
        toResult: (returned) => toContents(returned, { uri, mimeType: mimeTypeOf(thing) }),
      }))
      if (result === undefined) {
        throw toProtocolError(unknownThing(readAsked(catalogue, request.message), request.message))
      }
      return result
    },
    async get(request, way) {
      const result = await answer(options, request, way, (thing, args) => ({
        run: (given) => thing.handler(args, given),
        toResult: toPromptResult,
      }))
      if (result === undefined) throw new TypeError('a prompt gives something')
      return result
    },
    async complete(request, way) {
      const { argument = '', value = '' } = readCompletion(request.message.params) ?? {}
      const result = await answer(options, request, way, (thing) => completion(thing, argument, value))
      if (result === undefined || isInputRequiredResult(result)) throw new TypeError('a completion gives something')
      return result
    },
  }
}

type WorkOf<Result> = (thing: CatalogueThing, args: unknown) => ThingWork<Result>

function mimeTypeOf(thing: CatalogueThing): string | undefined {
  return thing.kind === 'prompt' ? undefined : thing.listing.mimeType
}

async function answer<Result>(
  { catalogue, run, converse }: ThingHandlersOptions,
  request: ThingRequest,
  way: RequestWay,
  workOf: WorkOf<Result>,
): Promise<Result | InputRequiredResult | undefined> {
  const { call, slot, message } = request
  // What names nothing in the protocol's form is not judged, and nothing is there to be told of it.
  if (call === undefined || slot === undefined) throw new ProtocolError(rpcCode.invalidParams, 'Invalid params')
  const asked = readAsked(catalogue, message)
  const { thing, decision, args, late } = requireAllowed(call, asked, message)
  if (!slot.start()) throw new ProtocolError(rpcCode.internalError, internalError)
  const { principal, held, requestId } = request
  const { signal } = way
  const { shown } = asked
  const conversation = asked.part ? silent : converse(conversingOf(request, way, { target: thing.name, args }))
  const judged = { decision, thing, args, shown, late, principal, held, requestId, signal, slot }
  return run({ ...judged, converse: conversation }, workOf(thing, args))
}

/** A parameter without a completion has no values to offer. */
function completion(
  { completers }: CatalogueThing,
  argument: string,
  value: string,
): ThingWork<ReturnType<typeof toCompletion>> {
  const complete = completers.get(argument)
  return {
    run: (context) => (complete === undefined ? [] : complete(value, completionContext(context))),
    toResult: toCompletion,
  }
}

function pageOf<Item>(
  lists: ThingLists,
  kind: keyof ListedThings,
  items: readonly Item[],
  { held, message }: ThingRequest,
): ThingPage<Item> {
  const cursor = message.params?.cursor as string | undefined
  const page = lists.page(kind, items, { held, cursor })
  if (page === undefined) throw new ProtocolError(rpcCode.invalidParams, 'Invalid cursor: list again from the start')
  return page
}
