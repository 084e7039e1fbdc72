import type { Policy } from '@toolgate/policy'

/**
 * The smallest scopes that allow a call: what the judge asks of a caller without any, then without those that the rest
 * implies. Every step is put to the judge.
 *
 * @param args what the tool would be called with, as it is judged; absent to ask before the arguments are known
 */
export function smallestScopes(
  policy: Policy,
  tool: string,
  args: { readonly value: unknown } | undefined,
): readonly string[] | undefined {
  const nothing = policy.decide([], tool, args)
  if (nothing.effect === 'unknown-tool') return undefined
  if (nothing.effect !== 'deny') return []
  const isDenied = (scopes: readonly string[]) => policy.decide(scopes, tool, args).effect === 'deny'
  return nothing.required.reduce<readonly string[]>((kept, scope) => {
    const without = kept.filter((other) => other !== scope)
    return isDenied(without) ? kept : without
  }, nothing.required)
}
