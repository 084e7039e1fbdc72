import { demandedIn, type Policy } from '@toolgate/policy'
import type { CatalogueEntry } from '@toolgate/registry'
import type { Logger } from 'pino'
import { createDemands, type Demands } from './demands.ts'
import { logPluginFailure } from './plugin-failure.ts'
import type { ToolRun } from './tool-run.ts'

/** Makes the demands of the code that an allowed call or request runs: by the same judge, on top of what the author's look demanded. */
export function createHandlerDemands(
  entry: CatalogueEntry,
  { args, held, decision, requestId }: Pick<ToolRun, 'args' | 'held' | 'decision' | 'requestId'>,
  { policy, logger }: { readonly policy: Policy; readonly logger: Logger },
): Demands {
  const before = demandedIn(decision.reason)
  return createDemands({
    tool: entry.name,
    declared: entry.policy.mayRequire ?? [],
    allowed: decision,
    judge: (demanded) => policy.decide(held, entry.name, { value: args, demanded: [...before, ...demanded] }),
    onLate: (error) => {
      const failure = { outcome: 'late demand', error }
      logPluginFailure(logger, { tool: entry, requestId }, failure, 'a handler demanded after its end')
    },
  })
}
