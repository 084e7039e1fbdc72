import type { Pins } from '@toolgate/core'

type Pin = Pins['tools'][number]

/** One pinned tool `t` of the plugin `p`, everything but its requirement defaulted. */
export function pin(
  alternatives: Pin['alternatives'],
  when: Readonly<Record<string, readonly string[]>> = {},
  facts: Readonly<Record<string, string | boolean>> = {},
): Pin {
  const standing = { plugin: 'p', visibility: 'granted', readOnlyHint: true, description: 'sha256:00', ...facts }
  return { tool: 't', alternatives, when: new Map(Object.entries(when)), facts: new Map(Object.entries(standing)) }
}

/** Pins of these tools, without implications and grants unless they are given. */
export function pinsWith(tools: readonly Pin[], more: Partial<Pins> = {}): Pins {
  return { implies: new Map(), grants: [], tools, ...more }
}
