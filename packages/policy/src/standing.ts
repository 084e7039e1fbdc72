import { allHeld, heldScopes, type Held, type HeldScopes } from './held-scopes.ts'
import type { ScopeGraph } from './scope-graph.ts'

/** What a caller holds, with everything that it stands for. */
export interface Standing {
  readonly held: HeldScopes
  /** Every held scope, wherever it comes from. */
  readonly all: readonly string[]
  /** The same with all that they imply: what a requirement is compared with. */
  readonly effective: ReadonlySet<string>
}

/** Works out what a caller holds, once for as many tools as are asked about. */
export function standingOf(graph: ScopeGraph, given: Held): Standing {
  const held = heldScopes(given)
  const all = allHeld(held)
  return { held, all, effective: graph.expand(all) }
}
