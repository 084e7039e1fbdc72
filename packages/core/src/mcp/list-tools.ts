import type { ListToolsResult } from '@modelcontextprotocol/server'
import type { Held, ListedTool, Policy } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'
import { createListCursors } from './list-cursor.ts'

const pageSize = 1000

/** A caller's list of tools, page by page. */
export interface ToolList {
  /** Equal for all callers who are shown the same list. */
  keyOf(held: Held): string
  /** The page that a cursor names, or the first; undefined for a cursor of another list or of none. */
  page(held: Held, cursor: string | undefined): ListToolsResult | undefined
}

/**
 * Builds lists from what the policy says. A cursor is opaque, and good only for the same effective scopes and the same
 * generation of the catalogue.
 */
export function createToolList(policy: Policy, catalogue: Catalogue): ToolList {
  const describe = ({ tool, requiredScopes }: ListedTool): ListToolsResult['tools'] => {
    const known = catalogue.tools.get(tool)
    if (known === undefined) return []
    const listing = known.listing as ListToolsResult['tools'][number]
    if (requiredScopes === undefined) return [listing]
    return [{ ...listing, _meta: { 'dev.toolgate/requiredScopes': requiredScopes } }]
  }
  const cursors = createListCursors(policy, catalogue, 'tools')
  return {
    keyOf: (held) => policy.listKey(held),
    page(held, cursor) {
      const offset = cursors.offsetOf(held, cursor)
      const visible = policy.list(held)
      if (offset === undefined || offset % pageSize !== 0 || (offset > 0 && offset >= visible.length)) return undefined
      const end = offset + pageSize
      const tools = visible.slice(offset, end).flatMap(describe)
      if (end >= visible.length) return { tools }
      return { tools, nextCursor: cursors.cursorAt(held, end) }
    },
  }
}
