import type { ResolvedConfig } from '@toolgate/config'
import { diffPins, openingFirst } from './diff-pins.ts'
import { issuerChanges } from './issuer-changes.ts'
import type { PinChange } from './pin-change.ts'
import type { Pins } from './pins.ts'

/** One side of a comparison. */
export interface ComparedSide {
  readonly pins: Pins
  /** The configuration that they were made of; absent for a lock file, which says nothing of issuers. */
  readonly config?: ResolvedConfig
}

/** What a change opens, changes and closes: of what is pinned and, between two configurations, of whose tokens are taken. */
export function diffSides(before: ComparedSide, after: ComparedSide): readonly PinChange[] {
  const issuers =
    before.config === undefined || after.config === undefined ? [] : issuerChanges(before.config, after.config)
  return openingFirst([...issuers, ...diffPins(before.pins, after.pins)])
}
