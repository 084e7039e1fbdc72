import type { InspectedPolicy } from '../inspect-policy.ts'
import { createThingLists, type ListedThings } from '../mcp/list-things.ts'
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

/** What a caller is shown beside tools. What plugins list by themselves at each request is not in it: their code is not run. */
export interface ShownThings {
  readonly resources: readonly ListedThings['resource'][]
  readonly resourceTemplates: readonly ListedThings['template'][]
  readonly prompts: readonly ListedThings['prompt'][]
}

/** The resources, resource templates and prompts that a caller is shown, without what templates list. */
export function thingsFor({ policy, catalogue }: InspectedPolicy, held: readonly string[]): ShownThings {
  const { all } = createThingLists(policy, catalogue, Infinity)
  return { resources: all('resource', held), resourceTemplates: all('template', held), prompts: all('prompt', held) }
}
