import type { CompiledCondition, ToolPolicy } from '@toolgate/policy'

/** A rule with everything but the tool's name and alternatives defaulted. */
export function rule(
  tool: string,
  alternatives: readonly (readonly string[])[],
  more: Partial<ToolPolicy> = {},
): ToolPolicy {
  return {
    tool,
    plugin: 'fixture',
    alternatives,
    conditions: [],
    visibility: 'granted',
    readOnly: false,
    declaredBy: 'plugin',
    ...more,
  }
}

/** A condition that matches arguments with `flag: true`. */
export function whenFlagged(scopes: readonly string[]): CompiledCondition {
  return {
    scopes,
    source: 'when[0]',
    arguments: { properties: { flag: { const: true } }, required: ['flag'] },
    matches: (args) => typeof args === 'object' && args !== null && 'flag' in args && args.flag === true,
  }
}
