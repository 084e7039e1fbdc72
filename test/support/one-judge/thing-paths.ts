import type { ToolPolicy } from '@toolgate/policy'
import { batchSeen, companion } from './batch-paths.ts'
import { concerns } from './call-paths.ts'
import { demandedScope } from './judged-plugin.ts'
import { listSeen, type Shown } from './list-path.ts'
import type { Path } from './path.ts'
import type { Probe } from './probe.ts'
import { batchRevision, revisions } from './speech.ts'
import type { ToolCall } from './tool-calls.ts'
import { callExpected, callSeen, listExpected, spoken } from './verdicts.ts'

/** A list of things, and where an item of it says what it is. */
const lists = [
  ['resources/list', 'resources', 'resource', 'uri'],
  ['resources/templates/list', 'resourceTemplates', 'template', 'uriTemplate'],
  ['prompts/list', 'prompts', 'prompt', 'name'],
] as const

/** Resources, resource templates, prompts and completion, by every method that can name one. */
export const thingPaths: readonly Path[] = [
  ...lists.map((list): Path => ({
    name: list[0],
    revisions,
    async check(probe) {
      // Once more for some, because the host keeps what it answered.
      for (let time = 0; time < (probe.caller.broad ? 2 : 1); time++) await checkList(probe, list)
    },
  })),
  {
    name: 'resources/read and prompts/get',
    revisions,
    async check(probe) {
      for (const thing of thingsFor(probe)) {
        for (const call of callsOf(thing)) await checkThing(probe, thing, call)
      }
    },
  },
  {
    name: 'completion/complete',
    revisions,
    async check(probe) {
      for (const thing of thingsFor(probe)) {
        await checkCompletion(probe, thing, 'yes')
        if (probe.caller.broad) await checkCompletion(probe, thing, '')
      }
    },
  },
  {
    name: 'a resource or prompt by another spelling',
    revisions,
    async check(probe) {
      for (const [method, params] of [
        ['resources/read', { uri: 'judged://R/anyone/granted' }],
        ['resources/read', { uri: 'judged://r/anyone/granted/' }],
        ['resources/read', { uri: 'judged://t/one/granted/a/b' }],
        ['resources/read', { uri: 'judged_anyone_granted' }],
        ['prompts/get', { name: '__proto__' }],
        ['prompts/get', { name: 'judged_anyone_granted' }],
      ] as const) {
        if (!probe.caller.broad) continue
        const seen = await probe.ask({ id: 1, method, params })
        probe.compare(JSON.stringify(params), 'unknown tool', callSeen(seen), seen, Object.values(params))
      }
    },
  },
  {
    name: 'a batch of a call and a read',
    revisions: [batchRevision],
    async check(probe) {
      for (const thing of probe.caller.scopes.length === 2 ? [] : thingsFor(probe)) {
        const [call] = callsOf(thing)
        if (call === undefined) continue
        const seen = await probe.ask([
          { id: 1, method: 'tools/call', params: { name: companion } },
          { id: 2, ...messageOf(thing, call) },
        ])
        const expected = callExpected(probe.world.policy, probe.world.heldBy(probe.caller), thing.tool, call)
        const whole = /^40[13] /.test(expected) ? expected : `${expected}, beside ran ${companion}`
        probe.compare(thing.tool, whole, batchSeen(seen), seen, [nameOf(thing), companion])
      }
    },
  },
]

async function checkList(probe: Probe, [method, member, kind, field]: (typeof lists)[number]): Promise<void> {
  const { world, caller } = probe
  const { policy } = world
  const held = world.heldBy(caller)
  const seen = await probe.ask({ id: 1, method })
  probe.compare(`(${method})`, 'a result', spoken(seen.answer), seen)
  if (spoken(seen.answer) !== 'a result') return
  const items = seen.answer.result()[member] as readonly (Shown & Readonly<Record<string, unknown>>)[]
  const shown = new Map(items.map((item) => [String(item[field]), item]))
  for (const rule of policy.tools.filter((each) => each.kind === kind)) {
    const name = nameOf(rule)
    probe.compare(rule.tool, listExpected(policy, held, rule.tool), listSeen(policy, rule.tool, shown.get(name)))
    shown.delete(name)
  }
  const listing = kind === 'resource' ? policy.tools.filter((rule) => rule.kind === 'template') : []
  for (const rule of listing) {
    const runs = policy.decide(held, rule.tool).effect === 'allow'
    const uri = nameOf(rule).replace('{force}', 'listed')
    const ran = seen.ran.includes(`list of ${rule.tool}`)
    const wire = `${shown.delete(uri) ? 'listed' : 'not listed'}, ${ran ? 'and ran' : 'and did not run'}`
    probe.compare(rule.tool, runs ? 'listed, and ran' : 'not listed, and did not run', wire)
  }
  probe.compare(`(${method})`, 'nothing else', shown.size === 0 ? 'nothing else' : [...shown.keys()].join(', '))
}

async function checkThing(probe: Probe, thing: ToolPolicy, call: ToolCall): Promise<void> {
  const { world, caller } = probe
  const seen = await probe.ask({ id: 1, ...messageOf(thing, call) })
  const expected = callExpected(world.policy, world.heldBy(caller), thing.tool, call)
  probe.compare(thing.tool, expected, callSeen(seen), seen, [nameOf(thing)])
}

/** A resource has nothing to complete, so it refuses every argument; an author looks at whole arguments alone. */
async function checkCompletion(probe: Probe, thing: ToolPolicy, force: string): Promise<void> {
  const { world, caller } = probe
  const name = nameOf(thing)
  const ref = thing.kind === 'prompt' ? { type: 'ref/prompt', name } : { type: 'ref/resource', uri: name }
  const params = { ref, argument: { name: 'force', value: force } }
  const seen = await probe.ask({ id: 1, method: 'completion/complete', params })
  const call: ToolCall = thing.kind === 'resource' ? { valid: true } : { args: { force }, valid: true }
  const expected = callExpected(world.policy, world.heldBy(caller), thing.tool, call)
  const nothing = thing.kind === 'resource' && expected.startsWith('ran ') ? 'a result' : expected
  probe.compare(thing.tool, nothing, callSeen(seen), seen, [name])
}

function messageOf(
  thing: ToolPolicy,
  { args }: ToolCall,
): { readonly method: string; readonly params: Readonly<Record<string, unknown>> } {
  const name = nameOf(thing)
  if (thing.kind === 'prompt') return { method: 'prompts/get', params: { name, ...(args && { arguments: args }) } }
  return { method: 'resources/read', params: { uri: name.replace('{force}', String(args?.force)) } }
}

/** Where nothing looks at arguments, one call says as much as two. */
export function callsOf({ kind, conditions, mayRequire }: ToolPolicy): readonly ToolCall[] {
  const demanded = mayRequire === undefined ? undefined : [demandedScope]
  const forced: ToolCall = { args: { force: 'yes' }, valid: true, ...(demanded && { demanded }) }
  if (kind === 'resource') return [{ valid: true }]
  const plain = conditions.length === 0 && mayRequire === undefined
  if (kind === 'template') return plain ? [forced] : [forced, { args: { force: 'no' }, valid: true }]
  const bad: ToolCall = { args: { force: 7 }, valid: false }
  return plain ? [forced, bad] : [forced, { valid: true }, bad]
}

/** The things that are asked of one caller. */
export function thingsFor(probe: Pick<Probe, 'world' | 'caller'>): readonly ToolPolicy[] {
  const { policy } = probe.world
  return policy.tools.filter((rule, index) => rule.kind !== undefined && concerns(probe, rule, index))
}

/** How a request names a thing. */
export function nameOf({ tool }: ToolPolicy): string {
  return tool.slice(tool.indexOf(' ') + 1)
}
