import type { ResolvedConfig } from '@toolgate/config'
import type { ThingOverride } from '@toolgate/policy'

type Section = 'tools' | 'resources' | 'resourceTemplates' | 'prompts'

const sections: Readonly<Record<string, Section>> = {
  resource: 'resources',
  template: 'resourceTemplates',
  prompt: 'prompts',
}

/** Where mcp.config.ts speaks of a thing, by the key that it is judged by: `tools.notes_list`, `resources["notes://all"]`. */
export function overridePath(key: string): string {
  const [section, name] = placeOf(key)
  return /^[A-Za-z0-9_.-]+$/.test(name) ? `${section}.${name}` : `${section}[${JSON.stringify(name)}]`
}

/** What mcp.config.ts says of a thing, by its key. */
export function overrideOf(config: Pick<ResolvedConfig, Section>, key: string): ThingOverride | undefined {
  const [section, name] = placeOf(key)
  const overrides: Readonly<Record<string, ThingOverride>> = config[section]
  return Object.hasOwn(overrides, name) ? overrides[name] : undefined
}

function placeOf(key: string): readonly [Section, string] {
  const [, kind = '', name = ''] = /^(resource|template|prompt) (.*)$/.exec(key) ?? []
  const section = sections[kind]
  return section === undefined ? ['tools', key] : [section, name]
}
