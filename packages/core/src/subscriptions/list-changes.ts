import type { ThingKind } from '@toolgate/policy'
import type { Caller } from '../mcp/caller.ts'
import type { ListKind } from './listener.ts'
import type { Judging } from './may-read.ts'

/** What each list is made of. */
const kindsOf: Readonly<Record<ListKind, readonly ThingKind[]>> = {
  tools: ['tool'],
  resources: ['resource', 'template'],
  prompts: ['prompt'],
}

/**
 * Makes the answer to which lists are others for a caller than before: by what the policy shows of each, before and after, so that
 * nobody learns of a change that is none of theirs.
 */
export function listChanges(before: Judging, after: Judging): (caller: Caller) => ReadonlySet<ListKind> {
  const known = new Map<string, ReadonlySet<ListKind>>()
  return ({ held }) => {
    const key = JSON.stringify([before.policy.listKey(held), after.policy.listKey(held)])
    const found = known.get(key)
    if (found !== undefined) return found
    const kinds = Object.keys(kindsOf) as ListKind[]
    const changed = new Set(kinds.filter((kind) => shown(before, held, kind) !== shown(after, held, kind)))
    known.set(key, changed)
    return changed
  }
}

function shown({ policy, catalogue }: Judging, held: Caller['held'], kind: ListKind): string {
  const listed = kindsOf[kind].flatMap((each) => policy.list(held, each))
  return JSON.stringify(
    listed.map(({ tool, requiredScopes = null }) => [tool, requiredScopes, catalogue.entries.get(tool)?.listing]),
  )
}
