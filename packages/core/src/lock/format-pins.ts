import type { GrantCondition } from '@toolgate/policy'
import { pinnedFacts } from './pinned-facts.ts'
import { lockVersion, type PinnedGrant, type Pins, type ToolPin } from './pins.ts'
import { requirementLine } from './requirement-line.ts'

/**
 * The text of a lock file: one line per fact, in an order of its own, so that a changed fact is a changed line. There is
 * no list of texts in it, which a formatter would fill lines with.
 */
export function formatPins({ implies, grants, tools }: Pins): string {
  const document = {
    lockVersion,
    implies: Object.fromEntries([...implies].map(([scope, implied]) => [scope, implied.join(' ')])),
    grants: grants.map(grantLines),
    tools: Object.fromEntries(tools.map((pin) => [pin.tool, pinLines(pin)])),
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function pinLines({ alternatives, when, facts }: ToolPin): object {
  const conditions = [...when].map(([schema, scopes]) => [schema, scopes.join(' ')] as const)
  return {
    scopes: requirementLine(alternatives),
    ...(conditions.length > 0 && { when: Object.fromEntries(conditions) }),
    ...Object.fromEntries(pinnedFacts.flatMap(({ name }) => (facts.has(name) ? [[name, facts.get(name)]] : []))),
  }
}

function grantLines({ issuer, conditions, scopes }: PinnedGrant): object {
  return { issuer, conditions: conditions.map(conditionLines), scopes: scopes.join(' ') }
}

function conditionLines(condition: GrantCondition): object {
  if ('equals' in condition) return condition
  return { claim: condition.claim, anyOf: Object.fromEntries(condition.anyOf.map((value) => [value, true])) }
}
