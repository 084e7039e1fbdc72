import type { ToolAnnotations } from '@toolgate/plugin'
import type { ThingDefinition, ToolDefinition, ToolListing } from '@toolgate/registry'
import { hashOf } from './hash-of.ts'
import type { FactValue } from './pins.ts'

/**
 * What a difference does: it lets somebody do or see more, or less, or neither can be told and the tool is not the one
 * that was read.
 */
export type Direction = 'opens' | 'closes' | 'changes'

/** One line of a pin beside who needs which scopes. */
export interface PinnedFact {
  readonly name: string
  /** What it is now; undefined where the tool has none, and then there is no line. */
  of(tool: ToolDefinition | ThingDefinition): FactValue | undefined
  /** What a difference does; `changes` if it is not said. */
  judge?(was: FactValue | undefined, is: FactValue | undefined): Direction
  /** It asks something of callers beside scopes, so it is told of a new tool too. */
  readonly asks?: true
}

/** Without a word a tool that writes counts as destructive (MCP specification, server/tools, ToolAnnotations). */
function destructive(hints: ToolAnnotations = {}): boolean | undefined {
  return hints.readOnlyHint === true ? undefined : (hints.destructiveHint ?? true)
}

type Listing = (ToolDefinition | ThingDefinition)['listing']

function ofTool<Value>(listing: Listing, of: (listing: ToolListing) => Value): Value | undefined {
  return 'inputSchema' in listing ? of(listing) : undefined
}

function namedBeside(listing: Listing): FactValue | undefined {
  return 'uri' in listing || 'uriTemplate' in listing ? listing.name : undefined
}

/** Whether every word of one line stands in another. */
function isPart(line: FactValue, whole: FactValue): boolean {
  const words = String(whole).split(' ')
  return String(line)
    .split(' ')
    .every((word) => words.includes(word))
}

const visibilities: readonly unknown[] = ['concealed', 'granted', 'listed']

/** Every such line, in the order in which they are written. */
export const pinnedFacts: readonly PinnedFact[] = [
  { name: 'plugin', of: ({ policy }) => policy.plugin },
  {
    name: 'visibility',
    of: ({ policy }) => policy.visibility,
    judge: (was, is) => (visibilities.indexOf(is) > visibilities.indexOf(was) ? 'opens' : 'closes'),
  },
  {
    // What changed code demands no machine can tell: nobody is let through by it only where nobody looked before.
    name: 'authorize',
    asks: true,
    of: ({ policy }) => policy.mayRequire && ([...policy.mayRequire].sort().join(' ') || '(no scopes)'),
    judge: (was) => (was === undefined ? 'closes' : 'opens'),
  },
  {
    name: 'acr',
    asks: true,
    of: ({ policy }) => policy.requires?.acr && [...policy.requires.acr].sort().join(' '),
    judge: (was, is) => (is !== undefined && (was === undefined || isPart(is, was)) ? 'closes' : 'opens'),
  },
  {
    name: 'maxAgeSeconds',
    asks: true,
    of: ({ policy }) => policy.requires?.maxAgeSeconds,
    judge: (was, is) => (Number(is ?? Infinity) < Number(was ?? Infinity) ? 'closes' : 'opens'),
  },
  { name: 'task', of: (thing) => ('task' in thing ? thing.task : undefined) },
  { name: 'elicitUrls', of: (thing) => ('elicitUrls' in thing ? thing.elicitUrls?.join(' ') : undefined) },
  {
    name: 'readOnlyHint',
    of: ({ listing }) => ofTool(listing, ({ annotations }) => annotations?.readOnlyHint ?? false),
  },
  { name: 'destructiveHint', of: ({ listing }) => ofTool(listing, ({ annotations }) => destructive(annotations)) },
  // The name of a resource is no key: it is a text like the title.
  { name: 'name', of: ({ listing }) => namedBeside(listing) },
  { name: 'title', of: ({ listing }) => hashOf(listing.title) },
  { name: 'description', of: ({ listing }) => hashOf(listing.description) },
  { name: 'inputSchema', of: ({ listing }) => ofTool(listing, ({ inputSchema }) => hashOf(inputSchema)) },
  { name: 'outputSchema', of: ({ listing }) => ofTool(listing, ({ outputSchema }) => hashOf(outputSchema)) },
  { name: 'annotations', of: ({ listing }) => ('annotations' in listing ? hashOf(listing.annotations) : undefined) },
  { name: 'arguments', of: ({ listing }) => ('arguments' in listing ? hashOf(listing.arguments) : undefined) },
  { name: 'mimeType', of: ({ listing }) => ('mimeType' in listing ? listing.mimeType : undefined) },
]
