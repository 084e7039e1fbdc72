import type { Held, Policy } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'
import { createHash } from 'node:crypto'

/** Where in a list a page begins, in the form of an opaque cursor. */
export interface ListCursors {
  /** Undefined for a cursor of another list, or of none. */
  offsetOf(held: Held, cursor: string | undefined): number | undefined
  cursorAt(held: Held, offset: number): string
}

/**
 * Cursors that are good only for the same list, the same effective scopes and the same generation of the catalogue.
 *
 * @param list names the list
 */
export function createListCursors(policy: Policy, catalogue: Catalogue, list: string): ListCursors {
  const bindingOf = (held: Held) =>
    createHash('sha256')
      .update(`${list} ${catalogue.generation} ${policy.listKey(held)}`)
      .digest('base64url')
      .slice(0, 16)
  return {
    offsetOf(held, cursor) {
      if (cursor === undefined) return 0
      const [bound, offset] = Buffer.from(cursor, 'base64url').toString('latin1').split('.')
      const sound = bound === bindingOf(held) && offset !== undefined && /^[1-9]\d{0,8}$/.test(offset)
      return sound ? Number(offset) : undefined
    },
    cursorAt: (held, offset) => Buffer.from(`${bindingOf(held)}.${String(offset)}`).toString('base64url'),
  }
}
