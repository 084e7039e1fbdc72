import { createHash } from 'node:crypto'
import type { Logger } from '@toolgate/plugin'
import type {
  Catalogue,
  CatalogueEntry,
  CataloguePrompt,
  CatalogueResource,
  CatalogueTemplate,
  CatalogueThing,
  CatalogueTool,
} from './catalogue.ts'
import type { CheckedThing } from './check-thing.ts'
import type { CheckedTool } from './check-tool.ts'
import { hostPlugin } from './host-tools.ts'
import type { LoadedPlugin } from './load-plugin.ts'
import { pluginLogger } from './plugin-logger.ts'
import { ReadonlyEntries } from './readonly-entries.ts'

/**
 * Makes the frozen catalogue of plugins whose tools and things are checked and differ in name; those not configured are left out.
 *
 * @param hostTools tools of the host itself, whose names no plugin can have
 */
export function createCatalogue(
  plugins: readonly LoadedPlugin[],
  logger: Logger,
  hostTools: readonly CheckedTool[],
): Catalogue {
  const ready = plugins.filter((plugin) => plugin.notConfigured === undefined)
  const tools = [...ready, { name: hostPlugin, tools: hostTools }]
    .flatMap((plugin) => {
      const child = pluginLogger(logger, plugin.name)
      return plugin.tools.map((tool) => catalogueTool(tool, child))
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const things = ready
    .flatMap((plugin) => {
      const child = pluginLogger(logger, plugin.name)
      return plugin.things.map((thing) => catalogueThing(thing, child))
    })
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  const resources = things.filter((thing): thing is CatalogueResource => thing.kind === 'resource')
  const templates = things.filter((thing): thing is CatalogueTemplate => thing.kind === 'template')
  const prompts = things.filter((thing): thing is CataloguePrompt => thing.kind === 'prompt')
  return Object.freeze({
    generation: generationOf([...tools, ...things]),
    tools: new ReadonlyEntries(tools.map((tool) => [tool.name, tool])),
    resources: new ReadonlyEntries(resources.map((resource) => [resource.listing.uri, resource])),
    templates: new ReadonlyEntries(templates.map((template) => [template.listing.uriTemplate, template])),
    prompts: new ReadonlyEntries(prompts.map((prompt) => [prompt.listing.name, prompt])),
    entries: new ReadonlyEntries([...tools, ...things].map((entry) => [entry.name, entry])),
    plugins: Object.freeze(
      ready.map(({ name, description, folder }) =>
        Object.freeze({ name, folder, ...(description === undefined ? {} : { description }) }),
      ),
    ),
  })
}

/** Resources by URI, prompts by name, templates by name and then by what they match. */
function orderOf({ listing, name }: CatalogueThing): string {
  return 'uriTemplate' in listing ? `${listing.name}\0${name}` : name
}

function catalogueTool(
  {
    listing,
    policy,
    shadow,
    timeoutMs,
    validateInput,
    validateOutput,
    authorize,
    task,
    prepare,
    elicitUrls,
    handler,
  }: CheckedTool,
  logger: Logger,
): CatalogueTool {
  return Object.freeze({
    kind: 'tool',
    name: listing.name,
    plugin: policy.plugin,
    listing,
    policy,
    ...(shadow !== undefined && { shadow }),
    timeoutMs,
    logger,
    handler,
    ...(task !== undefined && { task }),
    ...(prepare !== undefined && { prepare }),
    ...(elicitUrls !== undefined && { elicitUrls }),
    validateArguments: (args: unknown) => validateInput(args === undefined ? {} : args),
    ...(validateOutput === undefined ? {} : { validateOutput }),
    ...(authorize === undefined ? {} : { authorize }),
  })
}

function catalogueThing(
  { listing, policy, timeoutMs, validate, validatePart, authorize, match, expand, list, ...rest }: CheckedThing,
  logger: Logger,
): CatalogueThing {
  return Object.freeze({
    kind: policy.kind,
    name: policy.tool,
    plugin: policy.plugin,
    listing,
    policy,
    timeoutMs,
    logger,
    parameters: rest.parameters,
    completers: rest.completers,
    handler: rest.handler,
    validateArguments: (args: unknown) => validate(args === undefined ? {} : args),
    validatePart: (args: unknown) => validatePart(args === undefined ? {} : args),
    ...(match === undefined ? {} : { match }),
    ...(expand === undefined ? {} : { expand }),
    ...(list === undefined ? {} : { list }),
    ...(authorize === undefined ? {} : { authorize }),
  }) as CatalogueThing
}

function generationOf(entries: readonly CatalogueEntry[]): string {
  const definitions = entries.map((entry) => {
    const { listing, policy, timeoutMs } = entry
    const { task, elicitUrls }: Partial<CatalogueTool> = entry.kind === 'tool' ? entry : {}
    const { kind, plugin, alternatives, conditions, requires, visibility, mayRequire } = policy
    return {
      kind,
      listing,
      plugin,
      alternatives,
      conditions,
      requires,
      visibility,
      mayRequire,
      timeoutMs,
      task,
      elicitUrls,
    }
  })
  return createHash('sha256').update(JSON.stringify(definitions)).digest('hex')
}
