import type { DecisionRecord } from '@toolgate/audit'
import type { DenialMends } from './denial-mends.ts'

/** What can be done about a call that the `authorize` of its tool refused: no scope would have helped. */
export function refusalMends({ tool, plugin, requestId }: DecisionRecord): DenialMends {
  return {
    caller: 'Read the answer: it says what is wrong, or names a correlation id for the operator.',
    client: 'Nothing: signing in again does not help.',
    operator: `Look for ${requestId} in the log: authorize of ${tool} (plugin ${plugin ?? ''}) refused the call, and why stands there.`,
  }
}
