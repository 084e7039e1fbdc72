import type { ToolPolicy } from '@toolgate/policy'
import { scopesOf, type Caller } from './callers.ts'
import type { Path } from './path.ts'
import type { Probe } from './probe.ts'
import { revisions } from './speech.ts'
import { callsOf, type ToolCall } from './tool-calls.ts'
import { callExpected, callSeen } from './verdicts.ts'

/** One in so many callers asks for a tool that it has nothing to do with. */
const strangers = 7

/** `tools/call`, with everything that can be put beside a call. */
export const callPaths: readonly Path[] = [
  {
    name: 'tools/call',
    revisions,
    async check(probe) {
      for (const tool of toolsFor(probe)) {
        for (const call of callsOf(tool).calls) await checkCall(probe, tool.tool, call)
      }
    },
  },
  {
    name: 'tools/call with a progress token, as a task',
    revisions,
    async check(probe) {
      for (const tool of toolsFor(probe)) {
        const { calls, costly } = callsOf(tool)
        const [call] = calls
        if (call === undefined || costly === true || probe.caller.scopes.length === 2) continue
        await checkCall(probe, tool.tool, call, { _meta: { progressToken: 1 }, task: { ttl: 60_000 } })
      }
    },
  },
  {
    name: 'tools/call with answers to what was never asked',
    revisions: ['2025-11-25', '2026-07-28'],
    async check(probe) {
      for (const tool of toolsFor(probe)) {
        const { calls, costly } = callsOf(tool)
        const [call] = calls
        if (call === undefined || costly === true || probe.caller.scopes.length === 2) continue
        await checkCall(probe, tool.tool, call, { inputResponses: { 'input-1': { action: 'accept', content: {} } } })
      }
    },
  },
  {
    name: 'tools/call as a notification',
    revisions,
    async check(probe) {
      for (const tool of toolsFor(probe).slice(0, 5)) {
        const seen = await probe.ask({ method: 'tools/call', params: { name: tool.tool, arguments: {} } })
        probe.compare(tool.tool, 'nothing', callSeen(seen), seen, [])
      }
    },
  },
  {
    name: 'tools/call by another spelling',
    revisions,
    async check(probe) {
      for (const name of ['__proto__', 'constructor', 'FIXTURE_ANYONE', 'fixture_anyone ', 'second.read', '']) {
        const seen = await probe.ask({ id: 1, method: 'tools/call', params: { name, arguments: {} } })
        // A header cannot hold a space at its end, so the stateless revision sees two names.
        const wire = callSeen(seen).replace(/^400 -32020 .*/, 'unknown tool')
        probe.compare(
          name,
          callExpected(probe.world.policy, probe.world.heldBy(probe.caller), name, { valid: true }),
          wire,
          seen,
        )
      }
    },
  },
  {
    name: 'tools/call whose Mcp-Name is another tool',
    revisions,
    async check(probe) {
      for (const [name, header] of [
        ['judged_one_granted', 'fixture_anyone'],
        ['fixture_anyone', 'judged_one_granted'],
        ['judged_secret_concealed', 'fixture_anyone'],
      ] as const) {
        const message = { id: 1, method: 'tools/call', params: { name, arguments: {} } }
        const seen = await probe.ask(message, { 'mcp-name': header })
        probe.compare(name, '400 -32020', callSeen(seen).replace(/^(400 -32020) .*/, '$1'), seen, [])
      }
    },
  },
]

/** One call, whatever is put beside it. */
export async function checkCall(
  probe: Probe,
  tool: string,
  call: ToolCall,
  beside: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { world, caller } = probe
  const params = { name: tool, ...(call.args === undefined ? {} : { arguments: call.args }), ...beside }
  const seen = await probe.ask({ id: 1, method: 'tools/call', params })
  probe.compare(tool, callExpected(world.policy, world.heldBy(caller), tool, call), callSeen(seen), seen)
}

/**
 * The tools that a caller asks for: those that its scopes have to do with, and all if it is a broad one. Of the others a
 * few each, in turn: a second rule may look at scopes that the tool does not name.
 */
export function toolsFor({ world, caller }: Pick<Probe, 'world' | 'caller'>): readonly ToolPolicy[] {
  return world.policy.tools.filter((tool, index) => {
    if (tool.kind !== undefined) return false
    if (callsOf(tool).costly === true) return isPlain(caller) && touches(world, caller, tool)
    return concerns({ world, caller }, tool, index)
  })
}

/** Not one of the many that differ from another in a pair of scopes, or in how somebody signed in. */
function isPlain({ scopes, claims }: Caller): boolean {
  return scopes.length !== 2 && Object.keys(claims).length === 0
}

/** Whether a caller asks for a tool or thing. */
export function concerns({ world, caller }: Pick<Probe, 'world' | 'caller'>, tool: ToolPolicy, index: number): boolean {
  const turn = world.callers.indexOf(caller)
  return caller.broad || touches(world, caller, tool) || (index + turn) % strangers === 0
}

function touches(world: Probe['world'], caller: Caller, tool: ToolPolicy): boolean {
  const named = scopesOf(tool)
  if (caller.scopes.some((scope) => named.includes(scope))) return true
  const none = missingOf(world.policy.decide([], tool.tool))
  const held = missingOf(world.policy.decide(world.heldBy(caller), tool.tool))
  return JSON.stringify(none) !== JSON.stringify(held)
}

function missingOf(decision: ReturnType<Probe['world']['policy']['decide']>): unknown {
  return decision.effect === 'deny' ? decision.missing : decision.effect
}
