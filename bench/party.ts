import type { Family, Method, PartySettings, PartyUsage } from './messages.ts'
import { startPartyProcess } from './party-process.ts'

/** Hosts beside the plain one: what is different has a say in calls alone, and not by the number of tools. */
const BESIDE = [
  'unjudged',
  'dpop',
  'opaque',
  'disk',
  'afresh',
  'afresh-floor',
  'tokens',
  'crowd',
  'crowd-floor',
] as const

/** How many tools the host has that is there once more. */
const TWIN_COUNTS: readonly number[] = [10, 1000]

/**
 * The servers that are compared: the least that can be done, the SDK's recipe, the same with schemas that are made once,
 * the host, the host once more, the host with neither authorization nor audit of calls, the host whose callers prove to hold a key, the host that asks
 * its issuer about tokens, the host with an audit that waits for the disk, host and floor that remember no token, the host that is
 * asked with a thousand tokens, host and floor with many connections, and three of others as their guides tell to write them.
 */
export const PARTY_NAMES = [
  'floor',
  'recipe',
  'shared',
  'toolgate',
  'twin',
  ...BESIDE,
  'sdk-v1',
  'fastmcp',
  'mcp-handler',
] as const
/** One of {@link PARTY_NAMES}. */
export type PartyName = (typeof PARTY_NAMES)[number]

const isBeside = (name: PartyName): boolean => (BESIDE as readonly PartyName[]).includes(name)
/** What is no host that records. */
const UNRECORDED: readonly PartyName[] = ['unjudged', 'afresh-floor', 'crowd-floor']

/** Servers of others that speak no 2026-07-28. */
const OLD: readonly PartyName[] = ['sdk-v1', 'fastmcp']

/** Whether a server takes part in a case. The lists of mcp-handler are the same for everybody, so nothing is compared of them. */
export function takesPart(name: PartyName, method: Method, toolCount: number, family: Family): boolean {
  if (OLD.includes(name) && family !== '2025-11-25') return false
  if (name === 'mcp-handler' && method === 'tools/list') return false
  if (name === 'twin') return method === 'tools/call' && TWIN_COUNTS.includes(toolCount)
  return !isBeside(name) || (method === 'tools/call' && toolCount === 10)
}

/** The revision that a server's first call is in. */
export function firstFamily(name: PartyName): Family {
  return OLD.includes(name) ? '2025-11-25' : '2026-07-28'
}

/** Whether a server is a host that records every call. */
export function isAudited(name: PartyName): boolean {
  return name === 'toolgate' || name === 'twin' || (isBeside(name) && !UNRECORDED.includes(name))
}

/** Those with a process of their own: the host that is asked with a thousand tokens is the one that is asked with few. */
export type StartedName = Exclude<PartyName, 'tokens'>

const SCRIPTS: Record<StartedName, string> = {
  floor: import.meta.resolve('./parties/floor.ts'),
  recipe: import.meta.resolve('./parties/recipe.ts'),
  shared: import.meta.resolve('./parties/recipe.ts'),
  toolgate: import.meta.resolve('./parties/toolgate.ts'),
  twin: import.meta.resolve('./parties/toolgate.ts'),
  unjudged: import.meta.resolve('./parties/unjudged.ts'),
  dpop: import.meta.resolve('./parties/toolgate.ts'),
  opaque: import.meta.resolve('./parties/toolgate.ts'),
  disk: import.meta.resolve('./parties/toolgate.ts'),
  afresh: import.meta.resolve('./parties/toolgate.ts'),
  'afresh-floor': import.meta.resolve('./parties/floor.ts'),
  crowd: import.meta.resolve('./parties/toolgate.ts'),
  'crowd-floor': import.meta.resolve('./parties/floor.ts'),
  'sdk-v1': import.meta.resolve('./parties/peers/sdk-v1.ts'),
  fastmcp: import.meta.resolve('./parties/peers/fastmcp.ts'),
  'mcp-handler': import.meta.resolve('./parties/peers/mcp-handler.ts'),
}

/** A server in a process of its own. */
export interface Party {
  readonly name: PartyName
  readonly settings: PartySettings
  usage(): Promise<PartyUsage>
  close(): Promise<void>
}

/** Starts a server and waits until it answers. */
export async function startParty(name: StartedName, settings: PartySettings): Promise<Party> {
  const server = await startPartyProcess(SCRIPTS[name], settings)
  return {
    name,
    settings,
    async usage() {
      const message = await server.ask('usage')
      if (message.type !== 'usage') throw new Error('a server answered out of turn')
      return message.usage
    },
    close: () => server.close(),
  }
}
