import type { CheckedTool } from './check-tool.ts'
import type { Finding } from './load-fault.ts'

/**
 * Looks for tools that may destroy and that the scopes of a read-only tool of the same plugin already open: whoever lets
 * an agent read would let it write. A tool may destroy unless it says `readOnlyHint: true` or `destructiveHint: false`.
 */
export function sharedScopes(tools: readonly CheckedTool[]): Finding[] {
  const readers = tools.filter((tool) => tool.policy.readOnly)
  return tools
    .filter((tool) => !tool.policy.readOnly && tool.listing.annotations?.destructiveHint !== false)
    .filter((tool) => !tool.allowSharedScope)
    .flatMap((tool) => {
      const reader = readers.find((other) => opens(other, tool))
      if (reader === undefined) return []
      const message = `tool "${tool.listing.name}" may destroy, and the scopes of the read-only "${reader.listing.name}" open it`
      const mend =
        'Give it a scope of its own, say destructiveHint: false if it only adds, or set allowSharedScope: true for it in mcp.config.ts.'
      return [{ code: 'shared_scope', message, mend } as const]
    })
}

function opens(reader: CheckedTool, tool: CheckedTool): boolean {
  return tool.policy.alternatives.some(
    (needed) =>
      needed.length > 0 && reader.policy.alternatives.some((held) => needed.every((scope) => held.includes(scope))),
  )
}
