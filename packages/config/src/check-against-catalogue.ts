import { createScopeGraph, thingKey } from '@toolgate/policy'
import { checkShadow, proposedScopes } from './check-shadow.ts'
import { fault, type ConfigFault } from './config-fault.ts'
import { pathTo } from './config-path.ts'
import { didYouMean } from './nearest-key.ts'
import type { ResolvedConfig } from './resolved-config.ts'

/** What is loaded, as far as the config speaks of it: tools by name, all other things by the key that they are judged by. */
export interface CatalogueFacts {
  readonly tools: readonly {
    readonly name: string
    readonly plugin: string
    /** Scopes of all alternatives. */
    readonly scopes: readonly string[]
    /** Scopes that conditions add. */
    readonly conditionalScopes: readonly string[]
    /** It asks for a kind of sign-in (`acr`). */
    readonly needsAcr?: boolean
  }[]
  /** Tools of plugins that wait for their settings; overrides may name them. */
  readonly notConfiguredTools: readonly string[]
  /** Scopes that those tools name. */
  readonly notConfiguredScopes: readonly string[]
  /** Plugins that wait for their settings. */
  readonly notConfiguredPlugins?: readonly string[]
}

/**
 * Checks what the config says of tools and scopes against what is loaded: an override that names no tool protects nothing,
 * and a scope that nothing asks for is most likely misspelt.
 *
 * A scope counts as asked for if a tool names it, or if it stands for one that a tool names. What is proposed under `shadow`
 * counts for what the config says of scopes, and not for what the first sign-in asks for.
 */
export function checkAgainstCatalogue(config: ResolvedConfig, facts: CatalogueFacts): readonly ConfigFault[] {
  const tools = [...facts.tools.map(({ name }) => name), ...facts.notConfiguredTools]
  const required = new Set([
    ...facts.tools.flatMap(({ scopes, conditionalScopes }) => [...scopes, ...conditionalScopes]),
    ...facts.notConfiguredScopes,
  ])
  const implications = Object.fromEntries(Object.entries(config.scopes).map(([scope, { implies }]) => [scope, implies]))
  const graph = createScopeGraph(implications)
  const isAsked = (scope: string): boolean => graph.closure(scope).some((implied) => required.has(implied))
  const proposed = new Set(proposedScopes(config.shadow))
  const isUsed = (scope: string): boolean =>
    isAsked(scope) || graph.closure(scope).some((implied) => proposed.has(implied))
  const isKnown = (scope: string): boolean =>
    required.has(scope) || proposed.has(scope) || Object.hasOwn(config.scopes, scope)
  const known = [...required].sort()
  return [
    ...Object.keys(config.tools)
      .filter((name) => !tools.includes(name))
      .map((name) => {
        const mend = didYouMean(name, tools, 'Remove it, or load the plugin that has the tool.')
        return fault('unknown_tool', pathTo('tools', name), 'overrides a tool that is not loaded', mend)
      }),
    ...unknownThings(config, tools),
    ...demandFaults(config, facts, tools),
    ...Object.entries(config.scopes).flatMap(([scope, { implies }]) => {
      const at = pathTo('scopes', scope)
      const unknown = implies.map((implied, index) => [implied, pathTo(`${at}.implies`, index)] as const)
      return [
        ...(isUsed(scope) ? [] : [unused(scope, at, known)]),
        ...unknown
          .filter(([implied]) => !isKnown(implied))
          .map(([implied, path]) => {
            const mend = didYouMean(implied, known, 'Remove it, or describe it under scopes.')
            return fault('unknown_implied_scope', path, 'is a scope that no tool needs', mend)
          }),
      ]
    }),
    ...config.grants.flatMap(({ scopes, source }) =>
      scopes.flatMap((scope, index) =>
        isUsed(scope) ? [] : [unused(scope, pathTo(`${source}.scopes`, index), known)],
      ),
    ),
    ...config.stdio.scopes.flatMap((scope, index) =>
      isUsed(scope) ? [] : [unused(scope, pathTo('stdio.scopes', index), known)],
    ),
    ...(config.initialScopes ?? []).flatMap((scope, index) =>
      isAsked(scope) ? [] : [unused(scope, pathTo('initialScopes', index), known)],
    ),
  ]
}

/** Overrides of what is no tool; `known` are the keys that everything loaded is judged by. */
function unknownThings(config: ResolvedConfig, known: readonly string[]): readonly ConfigFault[] {
  const sections = [
    ['resources', 'resource', 'a resource'],
    ['resourceTemplates', 'template', 'a resource template'],
    ['prompts', 'prompt', 'a prompt'],
  ] as const
  return sections.flatMap(([section, kind, what]) => {
    const prefix = thingKey(kind, '')
    const names = known.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
    return Object.keys(config[section])
      .filter((name) => !names.includes(name))
      .map((name) => {
        const mend = didYouMean(name, names, `Remove it, or load the plugin that has ${what} of this name.`)
        return fault('unknown_thing', pathTo(section, name), `overrides ${what} that is not loaded`, mend)
      })
  })
}

/** What is wrong with demands on the sign-in, and with what is proposed. */
function demandFaults(config: ResolvedConfig, facts: CatalogueFacts, tools: readonly string[]): readonly ConfigFault[] {
  const plugins = [...facts.tools.map(({ plugin }) => plugin), ...(facts.notConfiguredPlugins ?? [])]
  const needing = config.authority === undefined ? [] : facts.tools.filter(({ needsAcr }) => needsAcr === true)
  return [
    ...checkShadow(config.shadow, { tools, plugins: [...new Set(plugins)] }),
    ...needing.map(({ name }) => unreachableAcr(config, name)),
  ]
}

/** A tool that nobody could ever call must not look protected. */
function unreachableAcr(config: ResolvedConfig, name: string): ConfigFault {
  const [section, own] = placeOf(name)
  const overrides = config[section]
  const at = pathTo(pathTo(section, own), 'requires')
  const replaced = Object.hasOwn(overrides, own) && overrides[own]?.requires?.acr !== undefined
  const message = `asks for acr${replaced ? '' : ' (its plugin says so)'}, which tokens of the embedded authorization server never carry: nobody could call ${name}`
  const mend = 'Ask for maxAgeSeconds alone there, or use an authorization server of your own that sends acr.'
  return fault('unreachable_acr', at, message, mend)
}

/** Where the config speaks of a thing. */
function placeOf(key: string): readonly ['tools' | 'resources' | 'resourceTemplates' | 'prompts', string] {
  const [, kind, name = ''] = /^(resource|template|prompt) (.*)$/.exec(key) ?? []
  if (kind === 'resource') return ['resources', name]
  if (kind === 'template') return ['resourceTemplates', name]
  return kind === 'prompt' ? ['prompts', name] : ['tools', key]
}

function unused(scope: string, path: string, known: readonly string[]): ConfigFault {
  return fault('unused_scope', path, 'is a scope that no tool needs', didYouMean(scope, known, 'Remove it.'))
}
