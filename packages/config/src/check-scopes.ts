import { PolicyError, createScopeGraph } from '@toolgate/policy'
import { fault, type ConfigFault } from './config-fault.ts'
import { pathTo } from './config-path.ts'

// A challenge stays under 4 KiB with everything else that stands in it.
const maxInitialScopes = 3_072

/** Checks that no scope implies itself; the fault names the whole way round. */
export function checkImplications(implications: Readonly<Record<string, readonly string[]>>): ConfigFault[] {
  try {
    createScopeGraph(implications)
    return []
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    const circle = /(?<=: ).*->.*$/.exec(error.message)?.[0] ?? ''
    const path = pathTo(pathTo('scopes', circle.split(' -> ')[0] ?? ''), 'implies')
    const message = `goes in a circle: ${circle}`
    return [fault('implication_cycle', path, message, 'Take one of the scopes out of the circle.')]
  }
}

/** Checks that the scopes of the first sign-in fit into one header. */
export function checkInitialScopes(scopes: readonly string[]): ConfigFault[] {
  if (scopes.join(' ').length <= maxInitialScopes) return []
  const message = `is longer than ${String(maxInitialScopes)} characters, which no challenge can carry`
  return [
    fault('bad_value', 'initialScopes', message, 'Name fewer scopes; the others are asked for when they are needed.'),
  ]
}
