import type { ResolvedConfig } from '@toolgate/config'
import type { PolicyDefinition } from '@toolgate/policy'

/** What a configuration says of scopes for all tools alike: what they imply, which rules give them, which a sign-in gives too. */
export function rulesOf({
  scopes,
  grants,
}: Pick<ResolvedConfig, 'scopes' | 'grants'>): Pick<PolicyDefinition, 'implies' | 'grants' | 'requestable'> {
  const implies = Object.fromEntries(Object.entries(scopes).map(([scope, entry]) => [scope, entry.implies]))
  const requestable = Object.entries(scopes).flatMap(([scope, entry]) => (entry.requestable ? [scope] : []))
  return { implies, grants, requestable }
}
