import type { LoadFault } from './load-fault.ts'
import type { LoadedPlugin } from './load-plugin.ts'

interface Owned {
  readonly plugin: LoadedPlugin
  readonly name: string
}

/**
 * Looks for names that stand twice: of tools and of prompts, upper and lower case alike, of resources by URI and of templates by URI
 * template. Every plugin that has one is named, with the other: which of two would answer is nothing that an order of loading
 * may decide.
 */
export function duplicateTools(plugins: readonly LoadedPlugin[]): LoadFault[] {
  const owners = new Map<string, Owned[]>()
  const own = (key: string, owned: Owned) => owners.set(key, [...(owners.get(key) ?? []), owned])
  for (const plugin of plugins) {
    for (const { listing } of plugin.tools) own(`tool ${listing.name.toLowerCase()}`, { plugin, name: listing.name })
    for (const { policy, name } of plugin.things) {
      const kind = policy.kind ?? 'tool'
      own(`${kind} ${kind === 'prompt' ? name.toLowerCase() : name}`, { plugin, name })
    }
  }
  return [...owners].flatMap(([key, owned]) => (owned.length > 1 ? faultsOf(key, owned) : []))
}

function faultsOf(key: string, owned: readonly Owned[]): LoadFault[] {
  const [kind = ''] = key.split(' ')
  const names = owned.map(({ plugin, name }) => `"${name}" of ${plugin.name}`).join(' and ')
  const what = kind === 'tool' || kind === 'prompt' ? `${kind}s have one name, case aside` : `${kind}s are one`
  return [...new Set(owned.map(({ plugin }) => plugin))].map((plugin) => ({
    plugin: plugin.name,
    folder: plugin.folder,
    code: kind === 'tool' ? 'duplicate_tool' : 'duplicate_thing',
    message: `two ${what}: ${names}`,
    mend: 'Rename one of the two.',
  }))
}
