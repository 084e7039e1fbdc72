import type { Prompt, Resource, ResourceTemplateType } from '@modelcontextprotocol/server'
import type { Held, Policy, ThingKind } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'
import { createListCursors, type ListCursors } from './list-cursor.ts'

/** Items of one page. */
const pageSize = 1000

/** What a list is made of. */
export interface ListedThings {
  readonly resource: Resource
  readonly template: ResourceTemplateType
  readonly prompt: Prompt
}

/** One page of a list. */
export interface ThingPage<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

/** A caller's lists of resources, of resource templates and of prompts, as the policy decides them. */
export interface ThingLists {
  /** Equal for all callers who are shown the same lists. */
  keyOf(held: Held): string
  /** What the policy shows to a caller, with the scopes of what is listed to everybody. */
  readonly all: <Kind extends keyof ListedThings>(kind: Kind, held: Held) => readonly ListedThings[Kind][]
  /** The page of `items` that a cursor names, or the first; undefined for a cursor of another list or of none. */
  page<Item>(
    kind: keyof ListedThings,
    items: readonly Item[],
    at: { readonly held: Held; readonly cursor: string | undefined },
  ): ThingPage<Item> | undefined
}

/**
 * Builds the lists of what plugins offer beside tools.
 *
 * @param pageBytes bytes that a page may have as JSON; it holds one item at least
 */
export function createThingLists(policy: Policy, catalogue: Catalogue, pageBytes: number): ThingLists {
  const kinds: readonly ThingKind[] = ['resource', 'template', 'prompt']
  const cursors = new Map(kinds.map((kind) => [kind, createListCursors(policy, catalogue, kind)]))
  return {
    keyOf: (held) => policy.listKey(held),
    all: <Kind extends keyof ListedThings>(kind: Kind, held: Held) =>
      policy.list(held, kind).flatMap(({ tool, requiredScopes }) => {
        const known = catalogue.entries.get(tool)
        if (known === undefined) return []
        const shown = requiredScopes && { _meta: { 'dev.toolgate/requiredScopes': requiredScopes } }
        return [{ ...known.listing, ...shown } as unknown as ListedThings[Kind]]
      }),
    page(kind, items, at) {
      const cursor = cursors.get(kind)
      return cursor === undefined ? undefined : pageOf(cursor, items, at, pageBytes)
    },
  }
}

function pageOf<Item>(
  cursors: ListCursors,
  items: readonly Item[],
  { held, cursor }: { readonly held: Held; readonly cursor: string | undefined },
  pageBytes: number,
): ThingPage<Item> | undefined {
  const offset = cursors.offsetOf(held, cursor)
  if (offset === undefined || (offset > 0 && offset >= items.length)) return undefined
  let end = offset
  for (let bytes = 0; end < items.length && end - offset < pageSize; end++) {
    bytes += Buffer.byteLength(JSON.stringify(items[end]))
    if (bytes > pageBytes && end > offset) break
  }
  const page = { items: items.slice(offset, end) }
  return end < items.length ? { ...page, nextCursor: cursors.cursorAt(held, end) } : page
}
