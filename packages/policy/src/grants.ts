/** One condition on a claim. Exactly one of `equals` and `anyOf` is asked. */
export type GrantCondition =
  /** The claim is this one string. */
  | { readonly claim: string; readonly equals: string }
  /** The claim is one of these strings, or an array of strings that holds one of them. */
  | { readonly claim: string; readonly anyOf: readonly string[] }

/** A rule that turns claims of a verified token into scopes, as the policy judges it. */
export interface GrantRule {
  /** Where it was declared, for explanations: `grants[0]`. */
  readonly source: string
  /** The one issuer whose tokens it is about, byte for byte: nobody else's groups count. */
  readonly issuer: string
  /** All of these must hold. Never empty. */
  readonly conditions: readonly GrantCondition[]
  readonly scopes: readonly string[]
}

/** A scope that a rule gave. */
export interface GrantedScope {
  readonly scope: string
  /** The first rule that gave it: `grants[0]`. */
  readonly rule: string
}

/** What the rules look at: claims whose signature is verified. */
export interface GrantSubject {
  readonly issuer: string
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * The scopes that the rules give to a verified token, in the order of the rules. Pure.
 *
 * A condition holds only for a string, or for an array of nothing but strings, that is an own claim of the token: what is
 * absent or of another type never matches, and there is no negation. So a claim that goes missing can only take scopes away.
 */
export function grantScopes(rules: readonly GrantRule[], { issuer, claims }: GrantSubject): readonly GrantedScope[] {
  if (rules.length === 0) return nothing
  const granted = new Map<string, string>()
  for (const rule of rules) {
    if (rule.issuer !== issuer || rule.conditions.length === 0) continue
    if (!rule.conditions.every((condition) => holds(condition, claims))) continue
    for (const scope of rule.scopes) if (!granted.has(scope)) granted.set(scope, rule.source)
  }
  return [...granted].map(([scope, rule]) => ({ scope, rule }))
}

const nothing: readonly GrantedScope[] = Object.freeze([])

function holds(condition: GrantCondition, claims: GrantSubject['claims']): boolean {
  if (!Object.hasOwn(claims, condition.claim)) return false
  const value = claims[condition.claim]
  if ('equals' in condition) return typeof value === 'string' && value === condition.equals
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (!values.every((item) => typeof item === 'string')) return false
  return values.some((item) => condition.anyOf.includes(item))
}
