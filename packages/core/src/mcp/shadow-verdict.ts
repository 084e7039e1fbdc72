import { demandedIn, type Decision, type Held, type Shadow, type ShadowVerdict } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'

/** A call as it came. */
interface CalledTool {
  readonly name: string
  readonly args: unknown
  readonly held: Held
}

/**
 * What the proposed requirement of a tool says of a call, for the audit alone. It sees the arguments that the call was judged
 * with (`judged`, of an allowed call); of a call to a tool that is concealed from its caller none, so that it takes no longer
 * for that.
 */
export function shadowVerdict(
  { shadow, catalogue }: { readonly shadow?: Shadow | undefined; readonly catalogue: Catalogue },
  { name, args, held }: CalledTool,
  decision: Decision,
  judged: unknown,
): ShadowVerdict | undefined {
  const tool = catalogue.tools.get(name)
  if (shadow === undefined || tool?.shadow === undefined || decision.effect === 'unknown-tool') return undefined
  if (decision.effect === 'deny' && decision.concealed) return shadow.judge(held, name)
  // What the author demanded of this call stays demanded.
  const demanded = demandedIn(decision.reason)
  if (judged !== undefined) return shadow.judge(held, name, { value: judged, demanded })
  const valid = tool.validateArguments(args)
  return shadow.judge(held, name, { value: valid.ok ? valid.value : args, demanded })
}
