import type { Path } from './path.ts'
import type { Probe } from './probe.ts'
import { revisions } from './speech.ts'
import { listExpected, spoken, type Seen } from './verdicts.ts'

/** An item of a list. */
export interface Shown {
  readonly name: string
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** `tools/list`: all pages, and once more, because the host keeps what it answered. */
export const listPath: Path = {
  name: 'tools/list',
  revisions,
  async check(probe) {
    for (let time = 0; time < 2; time++) await checkList(probe)
  },
}

/** The whole list of a caller. */
export async function checkList(probe: Probe): Promise<void> {
  const { world, caller } = probe
  const held = world.heldBy(caller)
  const pages: Seen[] = []
  const shown = new Map<string, Shown>()
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const seen = await probe.ask({ id: 1, method: 'tools/list', params: cursor === undefined ? {} : { cursor } })
    pages.push(seen)
    probe.compare('(the list)', 'a result', spoken(seen.answer), seen)
    if (spoken(seen.answer) !== 'a result') return
    const page = seen.answer.result() as { tools: readonly Shown[]; nextCursor?: string }
    for (const tool of page.tools) shown.set(tool.name, tool)
    cursor = page.nextCursor
  }
  for (const tool of new Set([...world.tools, ...shown.keys()])) {
    const ran = pages.some((page) => page.ran.includes(tool)) ? ', and ran' : ''
    probe.compare(
      tool,
      listExpected(world.policy, held, tool),
      `${listSeen(world.policy, tool, shown.get(tool))}${ran}`,
    )
  }
}

/** How a list shows a tool, in the words of `listExpected`. */
export function listSeen(policy: Probe['world']['policy'], tool: string, shown: Shown | undefined): string {
  if (shown === undefined) return 'not listed'
  const scopes = shown._meta?.['dev.toolgate/requiredScopes']
  if (scopes === undefined) return 'listed'
  const rule = policy.tools.find((each) => each.tool === tool)
  const known = rule?.alternatives.some((alternative) => JSON.stringify(alternative) === JSON.stringify(scopes))
  return known === true ? 'listed with its scopes' : `listed with ${JSON.stringify(scopes)}`
}

/** What one answer with a whole list shows, by tool. */
export function shownSeen(policy: Probe['world']['policy'], { answer }: Seen): ReadonlyMap<string, string> {
  const { tools } = answer.result() as { tools: readonly Shown[] }
  return new Map(tools.map((tool) => [tool.name, listSeen(policy, tool.name, tool)]))
}
