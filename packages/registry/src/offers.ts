import { checkPrompt } from './check-prompt.ts'
import { checkResource, checkResourceTemplate } from './check-resource.ts'
import type { CheckedThing } from './check-thing.ts'
import { checkTool, type CheckedTool } from './check-tool.ts'
import { finding, findingsOf, type Checked } from './checked.ts'
import type { Finding } from './load-fault.ts'
import { sharedScopes } from './shared-scope.ts'
import type { ToolRules } from './tool-rule.ts'

/** The members by which a plugin offers something. */
export const offerKeys = ['tools', 'resources', 'resourceTemplates', 'prompts'] as const

/** What a plugin offers, as lists; what stands in them is not yet checked. */
export type Offers = Readonly<Record<(typeof offerKeys)[number], readonly unknown[]>>

/** What a plugin offers, checked. */
export interface CheckedOffers {
  readonly tools: readonly CheckedTool[]
  readonly things: readonly CheckedThing[]
}

/** Reads the four lists of a plugin, or of what its `setup` returned; one that is left out is empty. */
export function readOffers(source: Readonly<Record<string, unknown>>): {
  readonly offers: Offers
  readonly findings: readonly Finding[]
} {
  const findings: Finding[] = []
  const listOf = (key: (typeof offerKeys)[number]): readonly unknown[] => {
    const list = source[key]
    if (Array.isArray(list)) return list
    if (list !== undefined) findings.push(finding('bad_plugin', `${key} is not a list`, `Write ${key}: [...].`))
    return []
  }
  const offers = {
    tools: listOf('tools'),
    resources: listOf('resources'),
    resourceTemplates: listOf('resourceTemplates'),
    prompts: listOf('prompts'),
  }
  return { offers, findings }
}

/** Checks everything that a plugin offers. */
export function checkOffers(
  plugin: string,
  { tools, resources, resourceTemplates, prompts }: Offers,
  rules: ToolRules,
  mayBeEmpty: boolean,
): Checked<CheckedOffers> {
  const checkedTools = tools.map((tool, index) => checkTool(plugin, index, tool, rules))
  const checkedThings = [
    ...resources.map((resource, index) => checkResource(plugin, index, resource, rules)),
    ...resourceTemplates.map((template, index) => checkResourceTemplate(plugin, index, template, rules)),
    ...prompts.map((prompt, index) => checkPrompt(plugin, index, prompt, rules)),
  ]
  const sound = checkedTools.flatMap((tool) => (tool.ok ? [tool.value] : []))
  // What is proposed for a whole plugin is wrong in all of its tools alike.
  const found = [...findingsOf(...checkedTools, ...checkedThings), ...sharedScopes(sound)]
  const findings = [...new Map(found.map((each) => [each.message, each])).values()]
  if (checkedTools.length + checkedThings.length === 0 && !mayBeEmpty) {
    const mend = 'Give at least one tool, resource or prompt, or say in notConfigured what the operator must set.'
    findings.push(finding('no_tools', 'it has no tools, and nothing else either', mend))
  }
  if (findings.length > 0) return { ok: false, findings }
  return { ok: true, value: { tools: sound, things: checkedThings.flatMap((one) => (one.ok ? [one.value] : [])) } }
}
