import type { ResolvedConfig } from '@toolgate/config'
import type { Registry } from '@toolgate/registry'
import type { Fault } from '../errors.ts'

/** What plugins do that several processes cannot share: each keeps a host with more than one from starting. */
export function unsharedFaults({ workers }: ResolvedConfig, { catalogue, changing }: Registry): readonly Fault[] {
  const mend = 'Set workers to 1, or leave the plugin out.'
  const is = `is ${String(workers)}, and`
  const tasked = [...catalogue.tools.values()].filter(({ task }) => task !== undefined)
  return [
    ...tasked.map(({ name, plugin }) => ({
      path: 'workers',
      message: `${is} the tool ${name} of plugin ${plugin} has tasks, which belong to one process`,
      mend,
    })),
    ...changing.map((plugin) => ({
      path: 'workers',
      message: `${is} plugin ${plugin} changes what it offers while it runs, which it could only do in its own process`,
      mend,
    })),
  ]
}
