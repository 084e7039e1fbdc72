import type { GrantedScope } from './grants.ts'

/** How the caller signed in, as a verified token says it. What the token does not say, or says in another type, is left out. */
export interface Authentication {
  /** `acr` (RFC 9068 section 2.2.1). */
  readonly acr?: string
  /** `auth_time`, in seconds since the epoch. */
  readonly authTime?: number
  /** When the call is judged, in seconds since the epoch. */
  readonly now: number
  /** Seconds by which the issuer's clock may be ahead. */
  readonly skewSeconds: number
}

/** What a caller holds, by where it comes from. */
export interface HeldScopes {
  /** The scopes that stand literally in the token. */
  readonly token: readonly string[]
  /** The scopes that rules gave beside. No challenge ever names one of them. */
  readonly granted: readonly GrantedScope[]
  /** Left out where nothing is known of it: no demand for a sign-in is then met. */
  readonly authentication?: Authentication
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
