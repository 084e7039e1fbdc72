import type { InspectedPolicy } from '@toolgate/core'
import type { CommandContext, GlobalOptions } from '../command-context.ts'
import { loadConfiguration } from '../load-configuration.ts'

/** The policy of the configuration that a command is about, without a host. */
export async function loadPolicy(context: CommandContext, options: GlobalOptions): Promise<InspectedPolicy> {
  const config = await loadConfiguration(context, options)
  const { inspectPolicy } = await import('@toolgate/core')
  return inspectPolicy(config)
}
