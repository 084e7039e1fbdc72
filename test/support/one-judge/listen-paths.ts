import type { ToolPolicy } from '@toolgate/policy'
import { mcpHeaders } from '../wire.ts'
import type { Path } from './path.ts'
import type { Probe } from './probe.ts'
import { inRevision, revisions } from './speech.ts'
import { callsOf, nameOf, thingsFor } from './thing-paths.ts'
import type { ToolCall } from './tool-calls.ts'
import { callExpected, callSeen, type Seen } from './verdicts.ts'

const modern = '2026-07-28'

/** Subscriptions, by every method that can name a resource: judged as the read, and nothing of it runs. */
export const listenPaths: readonly Path[] = [
  {
    name: 'subscriptions/listen',
    revisions: [modern],
    async check(probe) {
      for (const thing of readable(probe)) {
        for (const call of callsOf(thing)) {
          const uri = uriOf(thing, call)
          const params = { notifications: { resourceSubscriptions: [uri] } }
          const { headers, body } = inRevision(modern, { id: 1, method: 'subscriptions/listen', params })
          const request = { method: 'POST', path: '/mcp', headers: { ...mcpHeaders, ...headers }, body }
          compare(probe, thing, call, await probe.send({ ...request, firstEvent: true }))
        }
      }
    },
  },
  {
    name: 'resources/subscribe in a session',
    revisions: revisions.filter((revision) => revision !== modern),
    async check(probe) {
      const things = readable(probe)
      if (things.length === 0) return
      const session = await openSession(probe)
      for (const thing of things) {
        for (const call of callsOf(thing)) {
          const params = { uri: uriOf(thing, call) }
          compare(probe, thing, call, await probe.ask({ id: 1, method: 'resources/subscribe', params }, session))
          const ended = await probe.ask({ id: 1, method: 'resources/unsubscribe', params }, session)
          probe.compare(`${thing.tool} unsubscribed`, 'a result', callSeen(ended), ended, [nameOf(thing)])
        }
      }
    },
  },
]

/** What can be subscribed to. */
export function readable(probe: Probe): readonly ToolPolicy[] {
  return thingsFor(probe).filter(({ kind }) => kind !== 'prompt')
}

function compare(probe: Probe, thing: ToolPolicy, call: ToolCall, seen: Seen): void {
  const { world, caller } = probe
  const expected = callExpected(world.policy, world.heldBy(caller), thing.tool, call)
  const wanted = expected.startsWith('ran ') ? 'a result' : expected
  probe.compare(thing.tool, wanted, subscribed(seen), seen, [nameOf(thing)])
}

/** A stream that acknowledges a URI has said yes to it. */
function subscribed(seen: Seen): string {
  const { answer, ran } = seen
  const streams = answer.status === 200 && answer.headers['content-type'] === 'text/event-stream'
  if (!streams || ran.length > 0) return callSeen(seen)
  const { params } = answer.json() as { params?: { notifications?: { resourceSubscriptions?: readonly string[] } } }
  return params?.notifications?.resourceSubscriptions?.length === 1 ? 'a result' : 'a stream that acknowledges nothing'
}

async function openSession(probe: Probe): Promise<Readonly<Record<string, string>>> {
  const params = {
    protocolVersion: probe.revision,
    capabilities: { elicitation: {} },
    clientInfo: { name: 'matrix', version: '1' },
  }
  const { answer } = await probe.ask({ id: 0, method: 'initialize', params })
  const id = answer.headers['mcp-session-id']
  if (typeof id !== 'string') throw new Error(`no session: ${answer.text}`)
  return { 'mcp-session-id': id }
}

/** The URI that a call of a resource reads. */
export function uriOf(thing: ToolPolicy, { args }: ToolCall): string {
  return nameOf(thing).replace('{force}', String(args?.force))
}
