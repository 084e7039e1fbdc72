import type { CompiledCondition } from '@toolgate/policy'
import type { Catalogue } from '@toolgate/registry'
import { forbiddenProperties, type ForbiddenProperty } from './forbidden-properties.ts'

/** Properties that one sentence names. */
const mostNamed = 10

/** What conditions of `when` say in vain, because the input schema of their tool lets nothing through that they speak of. */
export function conditionWarnings({ tools }: Catalogue): readonly string[] {
  return [...tools.values()].flatMap(({ name, listing, policy, shadow }) => {
    const proposed = shadow?.policy.conditions.filter((condition) => !policy.conditions.includes(condition)) ?? []
    return [...policy.conditions, ...proposed].flatMap((condition) =>
      forbiddenProperties(condition.arguments, listing.inputSchema).map((each) => sentence(name, condition, each)),
    )
  })
}

function sentence(
  tool: string,
  { source, scopes }: CompiledCondition,
  { path, by, needed, allowed }: ForbiddenProperty,
): string {
  const property = JSON.stringify(path.join('.'))
  const why = `the input schema of the tool forbids ${property} (${by})`
  const comes = needed
    ? `can never match, and ${scopes.join(' ')} is never asked for: ${why}`
    : `says of ${property} what always holds: ${why}`
  const names = allowed.slice(0, mostNamed).map((name) => JSON.stringify(name))
  const more = allowed.length > mostNamed ? ' and others' : ''
  const instead = names.length === 0 ? '' : `name what the schema has there (${names.join(', ')}${more}), `
  return `${source} for ${tool} ${comes}. In the condition ${instead}${names.length === 0 ? '' : 'or '}leave it out, or allow it in the schema`
}
