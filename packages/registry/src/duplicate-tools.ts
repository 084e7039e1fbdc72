import type { LoadFault } from './load-fault.ts'
import type { LoadedPlugin } from './load-plugin.ts'

/**
 * Looks for tool names that stand twice, upper and lower case alike. Every plugin that has one is named, with the other:
 * which of two would answer is nothing that an order of loading may decide.
 */
export function duplicateTools(plugins: readonly LoadedPlugin[]): LoadFault[] {
  const owners = new Map<string, { readonly plugin: LoadedPlugin; readonly tool: string }[]>()
  for (const plugin of plugins) {
    for (const { listing } of plugin.tools) {
      const folded = listing.name.toLowerCase()
      owners.set(folded, [...(owners.get(folded) ?? []), { plugin, tool: listing.name }])
    }
  }
  return [...owners.values()]
    .filter((owned) => owned.length > 1)
    .flatMap((owned) =>
      [...new Set(owned.map(({ plugin }) => plugin))].map((plugin) => {
        const names = owned.map(({ plugin: owner, tool }) => `"${tool}" of ${owner.name}`).join(' and ')
        const message = `two tools have one name, case aside: ${names}`
        return {
          plugin: plugin.name,
          folder: plugin.folder,
          code: 'duplicate_tool',
          message,
          mend: 'Rename one of the two.',
        }
      }),
    )
}
