import { ProtocolError, type JSONRPCRequest } from '@modelcontextprotocol/server'
import { rpcCode } from '../errors.ts'
import type { ListKind } from './listener.ts'

/** URIs, and tasks, of one subscription. */
const mostUris = 100
/** Characters of all of them together: they are held for as long as the stream is. */
const mostCharacters = 8_192

/** The members of the filter that speak of lists. */
const listMembers = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
} as const satisfies Readonly<Record<ListKind, string>>

/** There may be thousands of streams, and most are told of no URI and no task. */
const none: ReadonlySet<string> = new Set()

/** What a client wants to be told of. */
export interface ListenFilter {
  readonly lists: ReadonlySet<ListKind>
  readonly uris: ReadonlySet<string>
  /** Of the tasks extension. */
  readonly taskIds: ReadonlySet<string>
}

/** What a host may tell of at all. */
export interface Offer {
  readonly lists: readonly ListKind[]
  readonly updates: boolean
  readonly tasks: boolean
}

/**
 * Reads the filter of `subscriptions/listen` (MCP specification 2026-07-28, subscriptions).
 *
 * @throws ProtocolError -32602 that names the member, for one that is not of the protocol's form, or too long
 */
export function readListenFilter({ params }: JSONRPCRequest): ListenFilter {
  const filter: unknown = params?.['notifications']
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) throw bad('notifications is no object')
  const member = (name: string): unknown => (Object.hasOwn(filter, name) ? Reflect.get(filter, name) : undefined)
  const lists = new Set<ListKind>()
  for (const [kind, name] of Object.entries(listMembers) as [ListKind, string][]) {
    const wanted = member(name)
    if (wanted === true) lists.add(kind)
    else if (wanted !== undefined && wanted !== false) throw bad(`notifications.${name} is neither true nor false`)
  }
  return {
    lists,
    uris: readNames(member('resourceSubscriptions'), 'resourceSubscriptions', 'URIs'),
    taskIds: readNames(member('taskIds'), 'taskIds', 'tasks'),
  }
}

/** The part of a filter that the host honours, as its acknowledgement says it: of its tasks those that the caller may ask for. */
export function honoured(
  { lists, uris }: ListenFilter,
  offer: Offer,
  taskIds: ReadonlySet<string>,
): { readonly filter: ListenFilter; readonly said: object } {
  const told = new Set(offer.lists.filter((kind) => lists.has(kind)))
  const filter = { lists: told, uris: offer.updates ? uris : none, taskIds: taskIds.size > 0 ? taskIds : none }
  const said = {
    ...Object.fromEntries([...told].map((kind) => [listMembers[kind], true])),
    ...(filter.uris.size > 0 && { resourceSubscriptions: [...filter.uris] }),
    ...(taskIds.size > 0 && { taskIds: [...taskIds] }),
  }
  return { filter, said }
}

function readNames(list: unknown, member: string, what: string): ReadonlySet<string> {
  if (list === undefined) return none
  if (!Array.isArray(list) || !list.every((name) => typeof name === 'string')) {
    throw bad(`notifications.${member} is no list of ${what}`)
  }
  const names = new Set<string>(list)
  const characters = [...names].reduce((sum, name) => sum + name.length, 0)
  if (names.size > mostUris || characters > mostCharacters) {
    const most = `${String(mostUris)} ${what} and ${String(mostCharacters)} characters`
    throw bad(`notifications.${member} has more than ${most}: open another stream for the rest`)
  }
  return names
}

function bad(what: string): ProtocolError {
  return new ProtocolError(rpcCode.invalidParams, `Invalid params: ${what}`)
}
