import type { ThingDefinition, ToolDefinition } from '@toolgate/registry'
import type { PinChange } from './pin-change.ts'

/** What clients are told of a tool now, for those of its texts that are pinned by their hash alone. */
export type ShownTools = ReadonlyMap<string, Pick<ToolDefinition | ThingDefinition, 'listing'>>

/** One change on one line: what it is about, what was, what is. */
export function changeText(change: PinChange, shown: ShownTools = new Map()): string {
  switch (change.subject) {
    case 'access': {
      const holder = change.scopes.length === 0 ? 'any signed-in caller' : `with ${change.scopes.join(' ')}`
      const condition =
        change.condition === undefined ? '' : `, for arguments of the condition ${short(change.condition)}`
      return `${change.tool}: ${holder}${condition}: ${change.from} -> ${change.to}`
    }
    case 'access-unknown':
      return `${change.tool}: too many alternatives to tell whom they let through (compare them)`
    case 'condition':
      return `${change.tool}: condition ${short(change.condition)} on arguments: ${change.from} -> ${change.to}`
    case 'tool':
      return `${change.tool}: ${change.from} -> ${change.to}`
    case 'fact':
      return factText(change, shown)
    case 'implies':
      return `scopes['${change.scope}'].implies: ${change.from} -> ${change.to}`
    case 'issuer': {
      const setting = change.setting === undefined ? '' : ` ${change.setting}:`
      return `issuer ${change.issuer}:${setting} ${change.from} -> ${change.to}`
    }
    case 'grants':
      return `grants: ${JSON.stringify(change.claims)} of ${change.issuer}: ${change.from || 'nothing'} -> ${change.to || 'nothing'}`
  }
}

function factText(change: Extract<PinChange, { readonly subject: 'fact' }>, shown: ShownTools): string {
  const { tool, fact, from, to } = change
  if (fact === 'visibility') return `${tool}: ${from} -> ${to}`
  const listing = shown.get(tool)?.listing
  const text = fact === 'title' || fact === 'description' ? listing?.[fact] : undefined
  return `${tool}: ${fact}: ${short(from)} -> ${short(to)}${text === undefined ? '' : `, which is ${quoted(text)}`}`
}

/** Enough of a hash to find it again. */
function short(text: string): string {
  return text.replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1')
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text)
}
