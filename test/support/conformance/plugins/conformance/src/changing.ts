import { definePrompt, defineTool, type PluginOffers, type PluginSetupContext } from '@toolgate/plugin'
import { callScopes, getScopes } from './demands.ts'

const comingTool = defineTool({
  name: 'test_coming_tool',
  description: 'Comes and goes.',
  scopes: callScopes,
  annotations: { readOnlyHint: true },
  handler: () => 'It is there.',
})
const comingPrompt = definePrompt({
  name: 'test_coming_prompt',
  description: 'Comes and goes.',
  scopes: getScopes,
  get: () => 'It is there.',
})

/** What the plugin offers, with two tools that change it: by each call something comes, or goes again. */
export function changing(offers: PluginOffers, changed: PluginSetupContext['changed']): PluginOffers {
  const shown = { tool: false, prompt: false }
  const current = (): PluginOffers => ({
    ...offers,
    tools: [...(offers.tools ?? []), ...triggers, ...(shown.tool ? [comingTool] : [])],
    prompts: [...(offers.prompts ?? []), ...(shown.prompt ? [comingPrompt] : [])],
  })
  const triggers = (['tool', 'prompt'] as const).map((kind) =>
    defineTool({
      name: `test_trigger_${kind}_change`,
      description: `Lets a ${kind} come, or go again.`,
      scopes: callScopes,
      annotations: { readOnlyHint: true },
      async handler() {
        shown[kind] = !shown[kind]
        return String(await changed(current()))
      },
    }),
  )
  return current()
}
