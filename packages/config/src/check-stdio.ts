import { resolve } from 'node:path'
import type { CompleteConfig } from './complete-config.ts'
import { fault, type ConfigFault } from './config-fault.ts'
import { auditFileOf, type ConfigPlace } from './defaults.ts'

/** Checks that host and stdio have a file each: an audit file belongs to one process. */
export function checkStdio(config: CompleteConfig, place: ConfigPlace): ConfigFault[] {
  const { audit } = config.stdio
  if (audit === undefined || resolve(place.folder, audit) !== auditFileOf(config, place)) return []
  return [fault('bad_value', 'stdio.audit', 'is the audit of the host', 'Name another file, or leave it out.')]
}
