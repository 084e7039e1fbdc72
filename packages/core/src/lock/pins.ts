import type { GrantRule } from '@toolgate/policy'

/** The form of the lock file that this version reads and writes. */
export const lockVersion = 1

/** One line about a tool: a word, a number, a yes or no, or a hash. */
export type FactValue = string | number | boolean

/** One tool, or other thing of a plugin, as it is pinned. */
export interface ToolPin {
  /** The key that it is judged by. */
  readonly tool: string
  /** One of these must be held whole. Each is sorted, and so are they. */
  readonly alternatives: readonly (readonly string[])[]
  /** Further scopes for arguments that match, by the hash of the schema that tells them. */
  readonly when: ReadonlyMap<string, readonly string[]>
  /** Everything else, by the names of `pinnedFacts`. */
  readonly facts: ReadonlyMap<string, FactValue>
}

/** A rule of `grants` as it is pinned: where it stands among the others says nothing. */
export type PinnedGrant = Omit<GrantRule, 'source'>

/** What a lock file holds: every tool, and what opens tools beside them. */
export interface Pins {
  /** What each scope stands for as it is written, nothing followed. */
  readonly implies: ReadonlyMap<string, readonly string[]>
  readonly grants: readonly PinnedGrant[]
  /** By key, in the order of keys: what is no tool says what it is. */
  readonly tools: readonly ToolPin[]
}
