import type { Plugin, PluginOffers, Prompt, Resource, ResourceTemplate, Tool } from '@toolgate/plugin'

/** By subject of the caller, then by tool, or by the key of another thing. Plugins are imported into the process of the test. */
const runs = new Map<string, Map<string, number>>()

/** A plugin whose tools and things tell this file of every run, before anything else: an answer can lie, this cannot. */
export function countedPlugin(plugin: Plugin): Plugin {
  if (plugin.setup === undefined) return { ...plugin, ...countedOffers(plugin) }
  return {
    ...plugin,
    async setup(context) {
      const made = await plugin.setup?.(context)
      return { ...made, ...countedOffers(made ?? {}) }
    },
  }
}

/** How often each tool ran for a subject, ever since the process began. */
export function runsOf(subject: string): ReadonlyMap<string, number> {
  return new Map(runs.get(subject))
}

function countedOffers({ tools, resources, resourceTemplates, prompts }: PluginOffers): PluginOffers {
  return {
    ...(tools && { tools: tools.map(countedTool) }),
    ...(resources && { resources: resources.map(countedResource) }),
    ...(resourceTemplates && { resourceTemplates: resourceTemplates.map(countedTemplate) }),
    ...(prompts && { prompts: prompts.map(countedPrompt) }),
  }
}

function count(name: string, { principal }: { readonly principal: { readonly subject: string } }): void {
  const { subject } = principal
  const bySubject = runs.get(subject) ?? new Map<string, number>()
  runs.set(subject, bySubject.set(name, (bySubject.get(name) ?? 0) + 1))
}

function countedTool(tool: Tool): Tool {
  return Object.freeze<Tool>({
    ...tool,
    handler(args, context) {
      count(tool.name, context)
      return tool.handler(args, context)
    },
  })
}

function countedResource(resource: Resource): Resource {
  return {
    ...resource,
    read(context) {
      count(`resource ${resource.uri}`, context)
      return resource.read(context)
    },
  }
}

type Completers = NonNullable<ResourceTemplate['complete']>

function countedCompleters(key: string, completers: Completers): Completers {
  return Object.fromEntries(
    Object.entries(completers).map(([name, complete]): [string, typeof complete] => [
      name,
      (value, context) => {
        count(key, context)
        return complete(value, context)
      },
    ]),
  )
}

function countedTemplate(template: ResourceTemplate<never>): ResourceTemplate<never> {
  const key = `template ${template.uriTemplate}`
  return {
    ...template,
    ...(template.complete && { complete: countedCompleters(key, template.complete) }),
    ...(template.list && {
      list(context) {
        count(`list of ${key}`, context)
        return template.list?.(context) ?? []
      },
    }),
    read(variables, context) {
      count(key, context)
      return template.read(variables, context)
    },
  }
}

function countedPrompt(prompt: Prompt<never>): Prompt<never> {
  const key = `prompt ${prompt.name}`
  const args = Object.entries(prompt.arguments ?? {}).map(([name, { complete, ...argument }]) => {
    const counted = complete && countedCompleters(key, { [name]: complete })[name]
    return [name, { ...argument, ...(counted && { complete: counted }) }] as const
  })
  return {
    ...prompt,
    ...(prompt.arguments && { arguments: Object.fromEntries(args) }),
    get(given, context) {
      count(key, context)
      return prompt.get(given, context)
    },
  }
}
