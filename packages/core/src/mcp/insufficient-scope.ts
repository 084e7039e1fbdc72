import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Principal } from '@toolgate/plugin'
import type { HeldScopes } from '@toolgate/policy'
import type { CatalogueTool } from '@toolgate/registry'
import type { DemandsEnd } from './demands.ts'
import { blandResult } from './plugin-failure.ts'
import { grantedNames, scopeSentence } from './scope-refusal.ts'
import { errorResult } from './text-result.ts'

/** How a call ends whose handler demanded scopes that the caller lacks, or that it may not demand. */
export interface DemandEnding {
  readonly outcome: 'insufficient-scope' | 'failed'
  readonly result: CallToolResult
  readonly missing?: readonly string[]
  readonly error?: unknown
}

/**
 * The end of a call whose handler made demands, whatever became of the handler after them; undefined if they are met.
 *
 * The call has begun, so it is no HTTP 403: a result with `isError`, the sentence of the 403, and the same facts in
 * `_meta['dev.toolgate/insufficientScope']` (not in `structuredContent`, which clients check against the output schema).
 */
export function insufficientScope(
  call: {
    readonly tool: CatalogueTool
    readonly principal: Principal
    readonly held: HeldScopes
    readonly requestId: string
  },
  { decision, fault }: DemandsEnd,
): DemandEnding | undefined {
  const { tool, principal, held, requestId } = call
  if (fault === undefined && decision.effect === 'allow') return undefined
  if (fault !== undefined || decision.effect !== 'deny') {
    const error = fault ?? new TypeError('a decision with arguments must be final')
    return { outcome: 'failed', result: blandResult('The tool failed.', requestId), error }
  }
  const { required, missing, notRequestable } = decision
  const sentence = scopeSentence({ tools: [tool.name], missing, notRequestable, issuer: principal.issuer })
  const facts = {
    required,
    missing,
    granted: grantedNames(held),
    ...(notRequestable.length > 0 && { notRequestable }),
    requestId,
  }
  return {
    outcome: 'insufficient-scope',
    result: { ...errorResult(sentence), _meta: { 'dev.toolgate/insufficientScope': facts } },
    missing,
  }
}
