import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type * as audit from '@toolgate/audit'

let turn: Promise<undefined> | undefined

/** Settles at the end of this turn, when the host's records would be written: answers leave together as they do there. */
function kept(): Promise<undefined> {
  return (turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined
      resolve(undefined)
    })
  }))
}

/** An audit that keeps nothing, in the place of the host's; the folder is there as with that. */
export const openAudit: typeof audit.openAudit = async ({ keyFile }) => {
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 })
  return {
    decision: kept,
    outcome: kept,
    event: () => undefined,
    hashArguments: () => '',
    close: () => Promise.resolve(),
  }
}
