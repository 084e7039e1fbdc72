import type { CompleteConfig } from './complete-config.ts'
import { fault, type ConfigFault } from './config-fault.ts'

/** Checks that several processes do not have to share what only one can have: the embedded authorization server. */
export function checkWorkers({ workers, authority }: CompleteConfig): ConfigFault[] {
  // `auto` may come to one here and to more elsewhere: a config that starts by luck is none.
  if (workers === 1 || authority === undefined) return []
  return [
    fault(
      'bad_value',
      'workers',
      'is more than one process, and the embedded authorization server runs in one alone',
      'Leave workers out, or take tokens of an external authorization server.',
    ),
  ]
}
