import { secretsOf, type ResolvedConfig } from '@toolgate/config'
import { canonicalJson } from '@toolgate/audit'
import type { GrantCondition, ToolPolicy } from '@toolgate/policy'
import type { Catalogue, NotConfigured, ThingDefinition, ToolDefinition } from '@toolgate/registry'
import { hashOf } from './hash-of.ts'
import { pinnedFacts } from './pinned-facts.ts'
import type { PinnedGrant, Pins, ToolPin } from './pins.ts'

/** What pins are made of: a configuration with its plugins loaded. */
export interface PinSource {
  readonly config: ResolvedConfig
  readonly catalogue: Pick<Catalogue, 'entries'>
  readonly notConfigured: readonly NotConfigured[]
  readonly waitingTools: readonly ToolDefinition[]
  readonly waitingThings: readonly ThingDefinition[]
}

/**
 * Pins what is loaded now. Plugins that wait for their settings are pinned like the others, so that pins do not follow the
 * environment.
 *
 * @param previous the pins so far: of a plugin that waits and tells no tools they are kept, as nothing is known of it
 */
export function pinsOf(source: PinSource, previous?: Pins): Pins {
  const { config, catalogue, notConfigured, waitingTools, waitingThings } = source
  const tools = [...catalogue.entries.values(), ...waitingTools, ...waitingThings].map(pinOf)
  const names = new Set(tools.map(({ tool }) => tool))
  const isSilent = (plugin: NotConfigured) => plugin.tools.length + plugin.things.length === 0
  const silent = new Set(notConfigured.filter(isSilent).map(({ plugin }) => plugin))
  const kept = (previous?.tools ?? []).filter(
    ({ tool, facts }) => silent.has(String(facts.get('plugin'))) && !names.has(tool),
  )
  const implies = Object.entries(config.scopes).flatMap(([scope, entry]) =>
    entry.implies.length === 0 ? [] : [[scope, sorted(entry.implies)] as const],
  )
  return {
    implies: new Map(implies.toSorted(([a], [b]) => byText(a, b))),
    grants: grantsOf(config),
    tools: [...tools, ...kept].toSorted((a, b) => byText(a.tool, b.tool)),
  }
}

function pinOf(definition: ToolDefinition | ThingDefinition): ToolPin {
  const { policy } = definition
  const facts = pinnedFacts.flatMap((fact) => {
    const value = fact.of(definition)
    return value === undefined ? [] : [[fact.name, value] as const]
  })
  return {
    tool: policy.tool,
    alternatives: distinct(policy.alternatives.map(sorted)),
    when: whenOf(policy),
    facts: new Map(facts),
  }
}

/** Conditions of one schema are one: a call that meets the schema needs the scopes of all. */
function whenOf({ conditions }: ToolPolicy): ToolPin['when'] {
  const when = new Map<string, readonly string[]>()
  for (const { arguments: schema, scopes } of conditions) {
    const key = String(hashOf(schema))
    when.set(key, sorted([...(when.get(key) ?? []), ...scopes]))
  }
  return new Map([...when].toSorted(([a], [b]) => byText(a, b)))
}

function grantsOf(config: ResolvedConfig): readonly PinnedGrant[] {
  const secrets = secretsOf(config)
  return distinct(
    config.grants.map(({ issuer, conditions, scopes }) => ({
      // What the environment sets is a secret, and differs from place to place.
      issuer: secrets.includes(issuer) ? '(from the environment)' : issuer,
      conditions: distinct(conditions.map(sortedCondition)),
      scopes: sorted(scopes),
    })),
  )
}

/** Each value once, in the order of their texts. */
function distinct<Value>(values: readonly Value[]): readonly Value[] {
  const byTexts = new Map(values.map((value) => [canonicalJson(value), value] as const))
  return [...byTexts].toSorted(([a], [b]) => byText(a, b)).map(([, value]) => value)
}

function sortedCondition(condition: GrantCondition): GrantCondition {
  return 'equals' in condition ? condition : { claim: condition.claim, anyOf: sorted(condition.anyOf) }
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort()
}

function byText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
