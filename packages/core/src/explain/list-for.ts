import type { InspectedPolicy } from '../inspect-policy.ts'
import { createToolList } from '../mcp/list-tools.ts'

type ListedTools = NonNullable<ReturnType<ReturnType<typeof createToolList>['page']>>['tools']

/** Exactly the tools that `tools/list` answers to a caller, all pages together. */
export function listFor({ policy, catalogue }: InspectedPolicy, held: readonly string[]): ListedTools {
  const list = createToolList(policy, catalogue)
  const tools: ListedTools = []
  let cursor: string | undefined
  do {
    const page = list.page(held, cursor)
    tools.push(...(page?.tools ?? []))
    cursor = page?.nextCursor
  } while (cursor !== undefined)
  return tools
}
