import type { AuthorizeContext } from '@toolgate/plugin'
import type { AllowedDecision, Decision } from '@toolgate/policy'

/** What one call of plugin code demanded, when that code has ended or was given up. */
export interface DemandsEnd {
  /** What the one judge says of the call with all that was demanded. */
  readonly decision: Decision
  /** A programmer's error, whether or not the author's code caught it: the call must not run. */
  readonly fault: Error | undefined
}

/** The demands of one call of plugin code. They can only be added to. */
export interface Demands {
  readonly requireScopes: AuthorizeContext['requireScopes']
  /** Nothing counts any more from now on; whatever is demanded later is told to `onLate`. */
  end(): DemandsEnd
}

/** Stops the author's code at an unmet demand. Nothing but the thrown fact leaves: the demand is on record already. */
class UnmetDemand extends Error {
  override readonly name = 'UnmetDemand'
  constructor() {
    super('the caller lacks a scope that was demanded: let this through, the host answers the call')
  }
}

const none: readonly string[] = Object.freeze([])

/** Makes the `requireScopes` of one call. */
export function createDemands(options: {
  readonly tool: string
  /** What may be demanded: `mayRequire` of the tool. */
  readonly declared: readonly string[]
  /** What the policy said of the call before: it stands where nothing is demanded, which is nearly always. */
  readonly allowed: AllowedDecision
  /** Asks the policy about this very call with further scopes. */
  readonly judge: (demanded: readonly string[]) => Decision
  /** Hears of a demand after the end, with the error that its author gets. */
  readonly onLate: (error: Error) => void
}): Demands {
  const { tool, declared, allowed, judge, onLate } = options
  let demanded: readonly string[] = none
  let fault: Error | undefined
  let ended = false
  const requireScopes = (...scopes: readonly unknown[]) => {
    const wrong = ended ? `requireScopes of ${tool} was called too late` : undeclared(tool, declared, scopes)
    if (wrong !== undefined) {
      const error = new TypeError(wrong)
      if (ended) onLate(error)
      else fault ??= error
      throw error
    }
    demanded = [...new Set([...demanded, ...scopes.map(String)])]
    if (judge(demanded).effect !== 'allow') throw new UnmetDemand()
  }
  return {
    requireScopes,
    end: () => {
      ended = true
      return { decision: demanded.length === 0 ? allowed : judge(demanded), fault }
    },
  }
}

function undeclared(tool: string, declared: readonly string[], scopes: readonly unknown[]): string | undefined {
  for (const scope of scopes) {
    if (typeof scope !== 'string') return `requireScopes of ${tool} takes scopes, not a value of type ${typeof scope}`
    if (!declared.includes(scope)) {
      return `requireScopes of ${tool} names ${JSON.stringify(scope.slice(0, 128))}, which its mayRequire does not`
    }
  }
  return undefined
}
