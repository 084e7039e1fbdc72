import { createHash } from 'node:crypto'
import type { Logger } from '@toolgate/plugin'
import type { Catalogue, CatalogueTool } from './catalogue.ts'
import type { CheckedTool } from './check-tool.ts'
import type { LoadedPlugin } from './load-plugin.ts'
import { pluginLogger } from './plugin-logger.ts'
import { ReadonlyToolMap } from './readonly-tool-map.ts'

/** Makes the frozen catalogue of plugins whose tools are checked and differ in name; those not configured are left out. */
export function createCatalogue(plugins: readonly LoadedPlugin[], logger: Logger): Catalogue {
  const ready = plugins.filter((plugin) => plugin.notConfigured === undefined)
  const entries = ready
    .flatMap((plugin) => {
      const child = pluginLogger(logger, plugin.name)
      return plugin.tools.map((tool) => ({ tool, ready: catalogueTool(tool, child) }))
    })
    .sort((a, b) => (a.ready.name < b.ready.name ? -1 : 1))
  return Object.freeze({
    generation: generationOf(entries.map(({ tool }) => tool)),
    tools: new ReadonlyToolMap(entries.map(({ ready: tool }) => [tool.name, tool])),
    plugins: Object.freeze(
      ready.map(({ name, description, folder }) =>
        Object.freeze({ name, folder, ...(description === undefined ? {} : { description }) }),
      ),
    ),
  })
}

function catalogueTool(
  { listing, policy, timeoutMs, validateInput, validateOutput, handler }: CheckedTool,
  logger: Logger,
): CatalogueTool {
  return Object.freeze({
    name: listing.name,
    plugin: policy.plugin,
    listing,
    policy,
    timeoutMs,
    logger,
    handler,
    validateArguments: (args: unknown) => validateInput(args === undefined ? {} : args),
    ...(validateOutput === undefined ? {} : { validateOutput }),
  })
}

function generationOf(tools: readonly CheckedTool[]): string {
  const definitions = tools.map(({ listing, policy, timeoutMs }) => {
    const { plugin, alternatives, conditions, visibility } = policy
    return { listing, plugin, alternatives, conditions, visibility, timeoutMs }
  })
  return createHash('sha256').update(JSON.stringify(definitions)).digest('hex')
}
