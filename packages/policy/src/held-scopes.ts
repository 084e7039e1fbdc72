import type { GrantedScope } from './grants.ts'

/** What a caller holds, by where it comes from. */
export interface HeldScopes {
  /** The scopes that stand literally in the token. */
  readonly token: readonly string[]
  /** The scopes that rules gave beside. No challenge ever names one of them. */
  readonly granted: readonly GrantedScope[]
}

/** A plain list is a caller to whom no rule gave anything. */
export type Held = readonly string[] | HeldScopes

/** What a caller holds, in full. */
export function heldScopes(held: Held): HeldScopes {
  return 'token' in held ? held : { token: held, granted: [] }
}

/** Every scope that a caller holds, wherever it comes from. */
export function allHeld(held: Held): readonly string[] {
  const { token, granted } = heldScopes(held)
  return granted.length === 0 ? token : [...new Set([...token, ...granted.map(({ scope }) => scope)])]
}
